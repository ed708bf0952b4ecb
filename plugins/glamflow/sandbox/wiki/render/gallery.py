"""`<gallery>`: a row of small pictures with captions; a file that is not there is red, and shown by its name."""

from __future__ import annotations

from markupsafe import Markup

from glamflow.sandbox.wiki.pages import find_page
from glamflow.sandbox.wiki.render.wikitext import Made, Page, page_link, render_inline
from glamflow.sandbox.wiki.titles import FILE, parse_title


def draw_gallery(page: Page, lines: str) -> Markup:
    cells: list[Markup] = []
    for line in lines.splitlines():
        name, _, caption = line.partition("|")
        title = parse_title(name.strip())
        if title is None or title.ns != FILE:
            continue
        picture = Markup("")
        if find_page(page.state, title) is not None:
            picture = Markup('<img class="inline" src="/wiki/Special:FilePath/{}?width=120" alt=""><br>').format(title.db_key)
        shown = Made(render_inline(page.deeper(), caption)).striptags() or title.name
        cells.append(Markup("<li>{}{}</li>").format(picture, page_link(page, title, shown)))
    return Markup('<ul class="gallery">{}</ul>').format(Markup("").join(cells))
