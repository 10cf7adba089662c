import { describe, expect, it } from "vitest";
import type { OfferedForm } from "../src/api/forms";
import {
  evaluate,
  type FieldState,
  isBlank,
  pathOfField,
  sentAnswers,
} from "../src/ui/forms/evaluation";
import { prefillOf } from "../src/ui/forms/prefill";
import cases from "./formCases.json";

type Case = {
  form: OfferedForm;
  filled: { answers: Record<string, unknown>; states: Record<string, FieldState> }[];
};

describe("a form says in the browser what it says on the server", () => {
  const forms = cases.forms as unknown as Case[];

  it.each(forms.map((one) => [one.form.key, one] as const))("%s", (_, { form, filled }) => {
    for (const { answers, states } of filled) {
      expect(Object.fromEntries(evaluate(form, answers)), JSON.stringify(answers)).toEqual(states);
    }
  });

  it("calls the same values empty", () => {
    expect(cases.blank.map(isBlank)).not.toContain(false);
    expect(cases.not_blank.map(isBlank)).not.toContain(true);
  });
});

const option = (key: string) => ({ key, name: key, color: null, parent: null, active: true });
const field = (name: string, kind: string, rest: object = {}) => ({
  field: name,
  kind,
  label: name,
  help: "",
  required: false,
  required_when: null,
  shown_when: null,
  narrowings: [],
  options: [],
  default: null,
  pattern: null,
  currency: null,
  ...rest,
});
const form = {
  id: 1,
  key: "f",
  name: "F",
  help: "",
  sections: [
    {
      title: "",
      help: "",
      shown_when: null,
      fields: [
        field("subject", "text"),
        field("team", "choice", { options: [option("7")] }),
        field("field.flag", "boolean"),
        field("field.place", "choice", {
          options: [option("one"), option("two")],
          shown_when: { node: "leaf", field: "field.flag", operator: "is", values: [true] },
        }),
        field("field.who", "person"),
        field("field.many", "multiple_choice", { options: [option("one"), option("two")] }),
      ],
    },
  ],
} as unknown as OfferedForm;

describe("an address fills a form in", () => {
  const prefill = (query: string) => prefillOf(form, new URLSearchParams(query), ["form"]);
  const filled = (query: string) => prefill(query).answers;

  it("takes what its fields can have", () => {
    expect(
      filled("subject=Hello&team=7&field.flag=true&field.place=two&field.many=one,two"),
    ).toEqual({
      subject: "Hello",
      team: "7",
      "field.flag": true,
      "field.place": "two",
      "field.many": ["one", "two"],
    });
  });

  it("leaves out what the form does not have, wrong options, people and long texts", () => {
    expect(filled("priority=urgent&field.other=x&team=8&field.place=x&field.flag=1")).toEqual({});
    expect(filled(`field.who=3&field.many=one,x&subject=${"x".repeat(2001)}`)).toEqual({});
  });

  it("fills in nothing that the rest of the address hides", () => {
    expect(filled("field.flag=false&field.place=two")).toEqual({ "field.flag": false });
    expect(filled("field.place=two")).toEqual({});
    expect(filled("field.place=two&field.flag=true")).toHaveProperty(["field.place"], "two");
  });

  it("names once what it leaves out", () => {
    const query = "form=f&subject=S&field.other=x&field.other=y&team=8&field.place=two";
    expect(prefill(query).leftOut).toEqual(["field.other", "team", "field.place"]);
  });

  it("reads fifty values at most", () => {
    const many = Array.from({ length: 60 }, (_, at) => `x${at}=1`).join("&");
    expect(filled(`${many}&subject=Late`)).toEqual({});
  });
});

describe("what a form sends", () => {
  const sent = (answers: Record<string, unknown>) => sentAnswers(form, answers, (value) => value);

  it("is what is shown, with null for what was cleared", () => {
    const answers = { subject: "S", team: "7", "field.flag": true, "field.place": "one" };
    expect(sent({ ...answers, "field.many": [] })).toEqual({
      beside: { subject: "S", team: "7" },
      fields: { flag: true, place: "one", many: null },
    });
    expect(sent({ ...answers, "field.flag": false }).fields).toEqual({ flag: false });
  });

  it("is named by the server as the fields are called", () => {
    expect(["team", "subject", "field.flag"].map(pathOfField)).toEqual([
      "team_id",
      "subject",
      "fields.flag",
    ]);
  });
});
