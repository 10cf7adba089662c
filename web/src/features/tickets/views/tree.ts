import type { Field } from "@/api/fields";
import type { Condition, Leaf } from "@/lib/conditionTree";

/** How many values a comparison takes. */
export function takesOf(field: Field | undefined, operator: string) {
  return field?.operators.find(({ key }) => key === operator)?.takes ?? "many";
}

/** Whether every comparison has its values, so that the server can read the tree; groups need members. */
export function isComplete(condition: Condition, fields: readonly Field[]): boolean {
  if (condition.node === "group") {
    return (
      condition.members.length > 0 && condition.members.every((one) => isComplete(one, fields))
    );
  }
  const field = fields.find(({ key }) => key === condition.field);
  return takesOf(field, condition.operator) === "nothing" || condition.values.length > 0;
}

/** A comparison of a field as it begins: with the first operator, and no value yet. */
export function newLeaf(field: Field): Leaf {
  const operator = field.operators[0]?.key ?? "is";
  return { node: "leaf", field: field.key, operator, values: [] };
}

/** A comparison by another operator; values that it cannot take go. */
export function compared(leaf: Leaf, operator: string, field: Field | undefined): Leaf {
  const most = { nothing: 0, one: 1, many: leaf.values.length }[takesOf(field, operator)];
  return { ...leaf, operator, values: leaf.values.slice(0, most) };
}
