import { expect, test } from "vitest";
import {
  differs,
  fieldText,
  inAnHour,
  tomorrowMorning,
} from "@/features/tickets/outgoing/sendTime";

const at = (text: string) => Date.parse(text);

test("tomorrow morning is nine o'clock where the reader is", () => {
  const now = at("2026-11-22T15:00:00Z");
  expect(tomorrowMorning(now, "America/New_York").toISOString()).toBe("2026-11-23T14:00:00.000Z");
  expect(tomorrowMorning(now, "Asia/Kolkata").toISOString()).toBe("2026-11-23T03:30:00.000Z");
  // In Auckland it is Monday already.
  expect(tomorrowMorning(now, "Pacific/Auckland").toISOString()).toBe("2026-11-23T20:00:00.000Z");
});

test("a night in which the clocks change does not shift the morning", () => {
  const spring = at("2026-03-28T12:00:00Z");
  expect(tomorrowMorning(spring, "Europe/Berlin").toISOString()).toBe("2026-03-29T07:00:00.000Z");
  const autumn = at("2026-10-24T12:00:00Z");
  expect(tomorrowMorning(autumn, "Europe/Berlin").toISOString()).toBe("2026-10-25T08:00:00.000Z");
  const lastOfMonth = at("2026-12-31T12:00:00Z");
  expect(tomorrowMorning(lastOfMonth, "UTC").toISOString()).toBe("2027-01-01T09:00:00.000Z");
});

test("an hour from now is on the full minute and at least an hour away", () => {
  const now = at("2026-11-22T15:00:31Z");
  expect(inAnHour(now).toISOString()).toBe("2026-11-22T16:01:00.000Z");
});

test("a field shows the moment in this device's zone and reads back the same", () => {
  const moment = new Date("2026-11-23T09:05:00Z");
  expect(new Date(fieldText(moment)).getTime()).toBe(moment.getTime());
});

test("a zone that this browser does not know is not offered", () => {
  const now = at("2026-11-22T15:00:00Z");
  expect(differs("Mars/Olympus", now)).toBe(false);
  expect(differs(null, now)).toBe(false);
  expect(differs("Pacific/Kiritimati", now)).toBe(true);
});
