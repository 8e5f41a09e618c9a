// The telephone page: copies words, and hands the picture to the system's own sheet where there is one.
(() => {
  "use strict";
  const said = document.getElementById("said");
  for (const button of document.querySelectorAll("[data-copies]")) {
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copies);
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        field.select();
        document.execCommand("copy");
      }
      said.textContent = `${button.textContent.replace("Copy ", "")} copied`;
    });
  }
  const save = document.getElementById("save");
  if (save && navigator.canShare) {
    save.addEventListener("click", async (event) => {
      event.preventDefault();
      const data = await (await fetch(document.getElementById("picture").src)).blob();
      const file = new File([data], "card.jpg", { type: "image/jpeg" });
      if (!navigator.canShare({ files: [file] })) { location.href = save.href; return; }
      try { await navigator.share({ files: [file] }); } catch { said.textContent = "not saved"; }
    });
  }
})();
