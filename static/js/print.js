// Today's sheet: one click.
document.getElementById("print").addEventListener("click", () => print());
