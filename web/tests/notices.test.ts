import { afterEach, beforeEach, expect, test } from "vitest";
import { noticeText } from "@/api/notice";
import { problemFrom } from "@/api/problem";
import { addStaffTexts, i18next } from "@/app/i18n";
import { en } from "@/locales/en";

/** A made-up language: some sentences have other words and another order, the rest is missing. */
const madeUp = {
  notice: {
    transition_forbidden: "{{wanted}} ne {{current}}: {{allowed_text}}",
    validation_failed: "Ne: {{summary}}",
    already_exists: "{{what}} jam",
    exists: { team: "Teamo {{name}}" },
    field: { error: "{{field}} = {{fault}}", empty: "malplena" },
    mail_not_cancellable: "Letero: {{state}}",
    outbox_state: { sent: "sendita" },
  },
};

beforeEach(async () => {
  addStaffTexts(en);
  i18next.addResourceBundle("xx", "translation", madeUp, true, true);
  await i18next.changeLanguage("xx");
});
afterEach(async () => {
  i18next.removeResourceBundle("xx", "translation");
  await i18next.changeLanguage("en");
});

const refused = (problem: object) => problemFrom(new Response("", { status: 409 }), problem);

test("a problem is told in the reader's language, by code and parameters", () => {
  const problem = refused({
    code: "transition_forbidden",
    detail: "A ticket that is closed cannot become open; it can become: new, waiting.",
    parameters: { current: "closed", wanted: "open", allowed_text: ["new", "waiting"] },
  });
  expect(problem.message).toBe("open ne closed: new, waiting");
  expect(problem.problem.detail).toBe("open ne closed: new, waiting");
});

test("what a sentence names has its own words, and so has each field", () => {
  const empty = { code: "field.empty", parameters: {}, text: "is empty" };
  const problem = refused({
    code: "validation_failed",
    detail: "Some of what was sent cannot be accepted: name: is empty.",
    parameters: {
      summary: [{ code: "field.error", parameters: { field: "name", fault: empty }, text: "" }],
    },
    errors: [{ field: "name", message: "is empty", code: "field.empty", parameters: {} }],
  });
  expect(problem.message).toBe("Ne: name = malplena");
  expect(problem.fieldError("name")).toBe("malplena");
  const exists = { code: "exists.team", parameters: { name: "{{x}} $t(time.now)" }, text: "" };
  expect(noticeText({ code: "already_exists", parameters: { what: exists } }, "")).toBe(
    "Teamo {{x}} $t(time.now) jam",
  );
});

test("a word out of a list is translated, one that the catalogue lacks stays the server's", () => {
  const told = (state: string) => ({
    code: "mail_not_cancellable",
    parameters: { state: { code: `outbox_state.${state}`, parameters: {}, text: state } },
  });
  expect(noticeText(told("sent"), "")).toBe("Letero: sendita");
  expect(noticeText(told("cancelled"), "")).toBe("Letero: cancelled");
});

test("a sentence that the language lacks is the English one, an unknown code the server's own", () => {
  expect(noticeText({ code: "ticket_not_found", parameters: {} }, "said")).toBe(
    "There is no such ticket, or you may not see it.",
  );
  expect(noticeText({ code: "of_a_later_release", parameters: {} }, "said")).toBe("said");
  expect(noticeText(null, "said")).toBe("said");
  expect(refused({ code: "of_a_later_release", detail: "Said." }).message).toBe("Said.");
});
