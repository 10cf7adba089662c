import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { me } from "./fake/people";
import { createFakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const logo = { url: `/api/v1/logos/${"a".repeat(64)}`, width: 480, height: 160 };
const home = {
  workspace_name: "Halvorsen Instruments",
  logo,
  signed_in: false,
  name: null,
  upload_max_bytes: 50_000_000,
  live_url: "",
};
const administrator = { ...me, permissions: [...me.permissions, "settings:roles:edit"] };
const workspace = { id: 1, name: "Halvorsen Instruments", version: 4, logo: null };
const theirs = { name: "Logo of Halvorsen Instruments" };

function administered(current: object = workspace) {
  const api = createFakeApi();
  api.overrides.set("GET me", () => json(administrator));
  api.overrides.set("GET workspace", () => json(current));
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:chosen", revokeObjectURL: () => {} })); // biome-ignore format: one line
  return api;
}

const image = () => new File(["x"], "logo.png", { type: "image/png" });

test("the sign-in page shows the workspace's logo in its proportions", async () => {
  const api = createFakeApi({ signedIn: false });
  api.overrides.set("GET portal", () => json(home));
  renderAt("/sign-in", api);
  const shown = await screen.findByRole("img", theirs);
  expect(shown).toHaveAttribute("src", logo.url);
  expect(shown).toHaveAttribute("width", "168");
  expect(shown).toHaveAttribute("height", "56");
  expect(screen.queryByText("ATUM DESK")).toBeNull();
});

test("without a logo the sign-in page and the desk show the product's name", async () => {
  const api = createFakeApi({ signedIn: false });
  api.overrides.set("GET portal", () => json({ ...home, logo: null }));
  renderAt("/sign-in", api);
  expect(await screen.findByText("ATUM DESK")).toBeInTheDocument();
});

test("the logo stands in the desk's corner, on the way to the tickets", async () => {
  const api = createFakeApi();
  api.overrides.set("GET me", () => json({ ...me, workspace: { ...me.workspace, logo } }));
  renderAt("/desk/tickets", api);
  const link = await screen.findByRole("link", theirs);
  expect(within(link).getByRole("img")).toHaveAttribute("src", logo.url);
});

test("the portal's head shows the logo beside the name, said once", async () => {
  const api = createFakeApi();
  api.overrides.set("GET portal", () => json(home));
  renderAt("/", api);
  const name = await screen.findByText("Halvorsen Instruments");
  const image = name.closest("a")?.querySelector("img");
  expect(image).toHaveAttribute("src", logo.url);
  expect(image).toHaveAttribute("alt", "");
});

test("a chosen image is looked at on both grounds, then saved with the version that was seen", async () => {
  const api = administered();
  const asked: (string | null)[] = [];
  api.overrides.set("PUT workspace/logo", (request) => {
    asked.push(request.headers.get("If-Match"), request.headers.get("Content-Type"));
    return json({ ...workspace, version: 5, logo }, 200, { "X-Change-Id": "9" });
  });
  const { user } = renderAt("/desk/settings/workspace", api);
  await screen.findByRole("button", { name: "Choose an image" });
  await user.upload(screen.getByTestId("logo"), image());
  const shown = await screen.findAllByRole("img", theirs);
  expect(shown.map((one) => one.getAttribute("src"))).toEqual(["blob:chosen", "blob:chosen"]);
  expect(screen.getByText("In the light")).toBeVisible();
  expect(screen.getByText("In the dark")).toBeVisible();
  expect(asked).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Save logo" }));
  await screen.findByText("Logo saved");
  expect(asked[0]).toBe('"4"');
  expect(asked[1]).toMatch(/^multipart\/form-data; boundary=/);
  expect(screen.getByRole("button", { name: /^Undo/ })).toBeVisible();
});

test("an image that is refused says why, and nothing is lost", async () => {
  const api = administered();
  api.overrides.set("PUT workspace/logo", () =>
    problem(422, "logo_refused", "This cannot become a logo: it is animated."),
  );
  const { user } = renderAt("/desk/settings/workspace", api);
  await screen.findByRole("button", { name: "Choose an image" });
  await user.upload(screen.getByTestId("logo"), image());
  await user.click(await screen.findByRole("button", { name: "Save logo" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("it is animated");
  expect(screen.getByRole("button", { name: "Save logo" })).toBeEnabled();
});

test("the logo is removed, and that can be taken back", async () => {
  const api = administered({ ...workspace, logo });
  api.overrides.set("DELETE workspace/logo", () => json(workspace, 200, { "X-Change-Id": "10" }));
  const { user } = renderAt("/desk/settings/workspace", api);
  await user.click(await screen.findByRole("button", { name: "Remove logo" }));
  await screen.findByText("Logo removed");
  await waitFor(() => expect(screen.getByRole("button", { name: /^Undo/ })).toBeVisible());
});

test("who may not change the workspace sees its logo and no way to change it", async () => {
  const api = createFakeApi();
  api.overrides.set("GET workspace", () => json({ ...workspace, logo }));
  renderAt("/desk/settings/workspace", api);
  expect(await screen.findAllByRole("img", theirs)).toHaveLength(2);
  expect(screen.getByRole("button", { name: "Remove logo" })).toBeDisabled();
});
