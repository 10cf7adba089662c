import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { addStaffTexts, i18next as i18n } from "@/app/i18n";
import type { Backup, Finding, Operations } from "@/features/operations/api";
import { Triggers } from "@/features/operations/components/Triggers";
import { byGravity, sizesText, worstOf } from "@/features/operations/findings";
import { en } from "@/locales/en";

addStaffTexts(en);

const SAID = "processors 99 % busy: ATUM DESK 3 %, others 95 % (make 90 %)";

function finding(trigger: string, state: Finding["state"], evidence = ""): Finding {
  return {
    trigger,
    family: "performance",
    state,
    value: 99,
    threshold: 98,
    unit: "%",
    since: null,
    evidence,
    calls_for: "roll back",
    points: [],
  };
}

function show(findings: Finding[]) {
  render(
    <MantineProvider>
      <Triggers findings={findings} />
    </MantineProvider>,
  );
}

test("what other programs do says so, with how much is theirs, and is open", async () => {
  show([finding("performance.pool", "ok"), finding("performance.cpu", "others", SAID)]);
  const list = await screen.findByRole("list");
  const cpu = within(list).getByRole("button", { name: /Processor/ });
  expect(cpu.getAttribute("aria-expanded")).toBe("true");
  expect(within(list).getAllByText("Busy, by others").length).toBeGreaterThan(0);
  expect(within(list).getByText(/going back to another release would not help/)).toBeTruthy();
  expect(within(list).getByText(SAID)).toBeTruthy();
});

test("what fires is graver than what is busy by others, and that than a warning", () => {
  const given = (["ok", "others", "warn", "fires"] as const).map((state) => finding(state, state));
  expect(given.sort(byGravity).map(({ state }) => state)).toEqual([
    "fires",
    "others",
    "warn",
    "ok",
  ]);
});

test("the cause is named only where others are it", async () => {
  show([finding("performance.cpu", "fires", "processors 99 % busy: ATUM DESK 97 %, others 1 %")]);
  expect(await screen.findByText("the release is taken back")).toBeTruthy();
  expect(screen.queryByText(/going back to another release/)).toBeNull();
});

test("the verdict's sentence says whose load it is", () => {
  const told = (state: Finding["state"]) =>
    worstOf({ findings: [finding("performance.cpu", state)] } as unknown as Operations, i18n.t);
  expect(told("others")).toBe("Processor, busy by others");
  expect(told("fires")).toBe("Processor");
});

test("a backup's size says what it added and what all of it is", () => {
  const told = (sizes: Partial<Backup>) => sizesText(sizes as Backup, "en", i18n.t);
  expect(told({ bytes: 1_050_000_000, new_bytes: 1_200_000 })).toBe(
    "1.2\u00a0MB of\u00a01.1\u00a0GB",
  );
  expect(told({ bytes: 1_050_000_000, new_bytes: null })).toBe("1.1\u00a0GB");
});
