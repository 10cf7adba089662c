// Runs before the first paint: a person who chose a theme never sees the other one flash.
try {
  const chosen = localStorage.getItem("mantine-color-scheme-value");
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.setAttribute("data-mantine-color-scheme", chosen);
  }
} catch {
  // Storage may be forbidden; then the system's choice applies.
}
