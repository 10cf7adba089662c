import type { components } from "./generated/schema";

type Schemas = components["schemas"];
export type OfferedForm = Schemas["OfferedForm"];
export type OfferedField = Schemas["OfferedField"];
export type FormCondition = NonNullable<OfferedField["shown_when"]>;

export const formsKey = ["forms"] as const;
