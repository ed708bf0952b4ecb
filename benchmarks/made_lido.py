"""A LIDO record made up for measuring: 12 KB and 150 elements, as real ones have."""

from __future__ import annotations

from made_words import Maker

# fmt: off


def lido(m: Maker) -> str:
    year = m.year()
    subjects = "".join(
        f"""
        <lido:subjectSet>
          <lido:subject>
            <lido:subjectConcept>
              <lido:conceptID lido:type="URI">https://vocabulary.example/{m.between(1, 10**6)}</lido:conceptID>
              <lido:term xml:lang="en">{m.words(2)}</lido:term>
            </lido:subjectConcept>
          </lido:subject>
        </lido:subjectSet>"""
        for _ in range(3)
    )
    resources = "".join(
        f"""
      <lido:resourceSet lido:sortorder="{n}">
        <lido:resourceID lido:type="local">img-{m.number}-{n}</lido:resourceID>
        <lido:resourceRepresentation lido:type="image_master">
          <lido:linkResource lido:formatResource="image/jpeg">https://media.museum.example/{m.number}/{n}.jpg</lido:linkResource>
          <lido:resourceMeasurementsSet>
            <lido:measurementType>width</lido:measurementType>
            <lido:measurementUnit>pixel</lido:measurementUnit>
            <lido:measurementValue>{m.between(800, 9000)}</lido:measurementValue>
          </lido:resourceMeasurementsSet>
        </lido:resourceRepresentation>
        <lido:resourceType>
          <lido:term xml:lang="en">digital image</lido:term>
        </lido:resourceType>
        <lido:resourceDescription xml:lang="en">{("Front", "Back")[n - 1]} of {m.words(2)}</lido:resourceDescription>
        <lido:resourceSource lido:type="photographer">
          <lido:legalBodyName>
            <lido:appellationValue>{m.name()}</lido:appellationValue>
          </lido:legalBodyName>
        </lido:resourceSource>
        <lido:rightsResource>
          <lido:rightsType>
            <lido:conceptID lido:type="URI">https://creativecommons.org/licenses/by/4.0/</lido:conceptID>
            <lido:term xml:lang="en">CC BY 4.0</lido:term>
          </lido:rightsType>
        </lido:rightsResource>
      </lido:resourceSet>"""
        for n in (1, 2)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<lido:lido xmlns:lido="http://www.lido-schema.org" xmlns:gml="http://www.opengis.net/gml" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <lido:lidoRecID lido:source="Museum" lido:type="local">museum-{m.number}</lido:lidoRecID>
  <lido:category>
    <lido:conceptID lido:type="URI">http://www.cidoc-crm.org/crm-concepts/E22</lido:conceptID>
    <lido:term xml:lang="en">Man-Made Object</lido:term>
  </lido:category>
  <lido:descriptiveMetadata xml:lang="en">
    <lido:objectClassificationWrap>
      <lido:objectWorkTypeWrap>
        <lido:objectWorkType>
          <lido:conceptID lido:type="URI">http://vocab.getty.edu/aat/30003{m.number % 997}</lido:conceptID>
          <lido:term xml:lang="en">painting</lido:term>
          <lido:term xml:lang="sv">målning</lido:term>
        </lido:objectWorkType>
      </lido:objectWorkTypeWrap>
    </lido:objectClassificationWrap>
    <lido:objectIdentificationWrap>
      <lido:titleWrap>
        <lido:titleSet>
          <lido:appellationValue xml:lang="en" lido:pref="preferred">{m.title()}</lido:appellationValue>
          <lido:appellationValue xml:lang="sv" lido:pref="alternate">Bild {m.number} {m.words(2)}</lido:appellationValue>
        </lido:titleSet>
      </lido:titleWrap>
      <lido:inscriptionsWrap>
        <lido:inscriptions>
          <lido:inscriptionTranscription xml:lang="fr">{m.words(3)} {year}</lido:inscriptionTranscription>
        </lido:inscriptions>
      </lido:inscriptionsWrap>
      <lido:repositoryWrap>
        <lido:repositorySet lido:type="current">
          <lido:repositoryName>
            <lido:legalBodyName>
              <lido:appellationValue>Museum of {m.place()}</lido:appellationValue>
            </lido:legalBodyName>
          </lido:repositoryName>
          <lido:workID lido:type="inventory number">NM {m.number}:{m.between(1, 99)}</lido:workID>
        </lido:repositorySet>
      </lido:repositoryWrap>
      <lido:objectDescriptionWrap>
        <lido:objectDescriptionSet lido:type="description">
          <lido:descriptiveNoteValue xml:lang="en">{m.words(60)}.
          {m.words(50)}.</lido:descriptiveNoteValue>
        </lido:objectDescriptionSet>
        <lido:objectDescriptionSet lido:type="provenance">
          <lido:descriptiveNoteValue xml:lang="en">{m.words(12)}, {year + 40}</lido:descriptiveNoteValue>
        </lido:objectDescriptionSet>
      </lido:objectDescriptionWrap>
      <lido:objectMeasurementsWrap>
        <lido:objectMeasurementsSet>
          <lido:displayObjectMeasurements>{year % 90 + 3} x {year % 70 + 3} cm</lido:displayObjectMeasurements>
          <lido:objectMeasurements>
            <lido:measurementsSet>
              <lido:measurementType>height</lido:measurementType>
              <lido:measurementUnit>cm</lido:measurementUnit>
              <lido:measurementValue>{year % 90 + 3}</lido:measurementValue>
            </lido:measurementsSet>
            <lido:measurementsSet>
              <lido:measurementType>width</lido:measurementType>
              <lido:measurementUnit>cm</lido:measurementUnit>
              <lido:measurementValue>{year % 70 + 3}</lido:measurementValue>
            </lido:measurementsSet>
          </lido:objectMeasurements>
        </lido:objectMeasurementsSet>
      </lido:objectMeasurementsWrap>
    </lido:objectIdentificationWrap>
    <lido:eventWrap>
      <lido:eventSet>
        <lido:event>
          <lido:eventType>
            <lido:conceptID lido:type="URI">http://terminology.lido-schema.org/lido00007</lido:conceptID>
            <lido:term xml:lang="en">Production</lido:term>
          </lido:eventType>
          <lido:eventActor>
            <lido:displayActorInRole>artist: {m.name()}</lido:displayActorInRole>
            <lido:actorInRole>
              <lido:actor lido:type="person">
                <lido:actorID lido:type="URI">http://www.wikidata.org/entity/Q{m.number + 1000}</lido:actorID>
                <lido:nameActorSet>
                  <lido:appellationValue lido:pref="preferred">{m.name()}</lido:appellationValue>
                </lido:nameActorSet>
                <lido:vitalDatesActor>
                  <lido:earliestDate>{year - 40}</lido:earliestDate>
                  <lido:latestDate>{year + 20}</lido:latestDate>
                </lido:vitalDatesActor>
              </lido:actor>
              <lido:roleActor>
                <lido:term xml:lang="en">artist</lido:term>
              </lido:roleActor>
            </lido:actorInRole>
          </lido:eventActor>
          <lido:eventDate>
            <lido:displayDate>{m.date()}</lido:displayDate>
            <lido:date>
              <lido:earliestDate>{year}</lido:earliestDate>
              <lido:latestDate>{year + 5}</lido:latestDate>
            </lido:date>
          </lido:eventDate>
          <lido:eventPlace>
            <lido:displayPlace>{m.place()}</lido:displayPlace>
            <lido:place>
              <lido:namePlaceSet>
                <lido:appellationValue xml:lang="sv">{m.place()}</lido:appellationValue>
              </lido:namePlaceSet>
              <lido:gml>
                <gml:Point><gml:pos>59.{m.number} 18.{m.number}</gml:pos></gml:Point>
              </lido:gml>
            </lido:place>
          </lido:eventPlace>
          <lido:eventMaterialsTech>
            <lido:displayMaterialsTech>{m.material()} on {m.material()}</lido:displayMaterialsTech>
            <lido:materialsTech>
              <lido:termMaterialsTech lido:type="material">
                <lido:term xml:lang="en">{m.material()}</lido:term>
              </lido:termMaterialsTech>
              <lido:termMaterialsTech lido:type="technique">
                <lido:term xml:lang="en">{m.words(1)}</lido:term>
              </lido:termMaterialsTech>
            </lido:materialsTech>
          </lido:eventMaterialsTech>
        </lido:event>
      </lido:eventSet>
    </lido:eventWrap>
    <lido:objectRelationWrap>
      <lido:subjectWrap>{subjects}
      </lido:subjectWrap>
    </lido:objectRelationWrap>
  </lido:descriptiveMetadata>
  <lido:administrativeMetadata xml:lang="en">
    <lido:rightsWorkWrap>
      <lido:rightsWorkSet>
        <lido:rightsType>
          <lido:conceptID lido:type="URI">https://creativecommons.org/publicdomain/mark/1.0/</lido:conceptID>
        </lido:rightsType>
        <lido:creditLine>Gift of {m.name()}, {year + 50}</lido:creditLine>
      </lido:rightsWorkSet>
    </lido:rightsWorkWrap>
    <lido:recordWrap>
      <lido:recordID lido:type="local">{m.number}</lido:recordID>
      <lido:recordType>
        <lido:term xml:lang="en">item</lido:term>
      </lido:recordType>
      <lido:recordSource>
        <lido:legalBodyName>
          <lido:appellationValue>Museum of {m.place()}</lido:appellationValue>
        </lido:legalBodyName>
      </lido:recordSource>
      <lido:recordInfoSet>
        <lido:recordInfoLink lido:formatResource="html">https://collections.museum.example/{m.number}</lido:recordInfoLink>
      </lido:recordInfoSet>
    </lido:recordWrap>
    <lido:resourceWrap>{resources}
    </lido:resourceWrap>
  </lido:administrativeMetadata>
</lido:lido>
"""
