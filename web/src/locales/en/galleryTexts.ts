/** What the gallery of a ticket's files says; it comes with the gallery. */
export const galleryTexts = {
  gallery: {
    title: "{{name}}, file {{place}} of {{count}}",
    place: "{{place}} of {{count}}",
    previous: "Previous file",
    next: "Next file",
    zoomIn: "Larger",
    zoomOut: "Smaller",
    page: "Pages of {{name}}",
    lines: "Text of {{name}}",
    cut: "The first {{size}} are shown; the download has all.",
    noPreview: "There is no preview of this file ({{type}}, {{size}}).",
    notText: "This file is no text.",
    notPdf: "This file is no PDF, whatever its name says.",
    broken: "This picture cannot be shown.",
  },
};
