(() => {
  if (parent === self) return;
  try {
    const around = parent.document;
    const follow = () => {
      document.documentElement.dataset.theme = around.documentElement.classList.contains("dark") ? "dark" : "light";
    };
    follow();
    new MutationObserver(follow).observe(around.documentElement, { attributes: true, attributeFilter: ["class"] });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[target]");
      if (!link) return;
      event.preventDefault();
      const same = around.createElement("a");
      same.href = link.href;
      same.target = link.target === "_top" ? "" : "_blank";
      same.rel = "noopener";
      around.body.append(same);
      same.click();
      same.remove();
    });
  } catch {
    return;
  }
})();
