import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { readableColor } from "@/lib/readableColor";
import { createFakeApi, json } from "./fake/server";
import { plainRow } from "./fake/tickets";
import { renderAt } from "./render";

const own = {
  key: "parts",
  name: "Waiting for parts",
  category: "waiting" as const,
  color: "#FFF2A8",
};

test("a row of a list has the colour and the name of the ticket's own status", async () => {
  const api = createFakeApi();
  api.overrides.set("GET tickets", () =>
    json({ items: [{ ...plainRow(), status: own }], next_cursor: null }),
  );
  renderAt("/desk/tickets?view=all", api);
  const [icon] = await screen.findAllByRole("img", { name: own.name });
  const held = icon?.parentElement?.style;
  const wanted = readableColor(own.color);
  expect(held?.getPropertyValue("--own-light")).toBe(wanted["--own-light"]);
  expect(held?.getPropertyValue("--own-dark")).toBe(wanted["--own-dark"]);
});
