/* On a small screen the list of pages and the contents of a page are folded away: a keyboard opens them too. */
for (const button of document.querySelectorAll("label [role=button]")) {
  const box = document.getElementById(button.closest("label").htmlFor);
  const drawer = document.querySelector(box.id === "__toc" ? ".toc-drawer" : ".sidebar-drawer");
  const toggle = (event) => {
    event.preventDefault();
    box.checked = !box.checked;
  };
  button.addEventListener("click", toggle);
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    toggle(event);
    if (box.checked) drawer.querySelector("a").focus();
  });
  drawer.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.checked) return;
    box.checked = false;
    button.focus();
  });
}
