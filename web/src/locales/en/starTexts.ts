/** What only stars say; it comes with rows and tickets. */
export const starTexts = {
  star: { add: "Star it", remove: "Take the star away" },
};
