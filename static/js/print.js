// Opens the print dialog from a button.
document.getElementById("print").addEventListener("click", () => print());
