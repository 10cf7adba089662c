/** The tree of a condition as the API has it; the builder edits it by paths of places. */
export type Value = string | number | boolean;
export type Leaf = { node: "leaf"; field: string; operator: string; values: Value[] };
export type Match = "all" | "any" | "none";
export type Group = { node: "group"; match: Match; members: Condition[] };
export type Condition = Leaf | Group;
/** The places that lead from the outermost group to a part of the tree. */
export type Path = readonly number[];

export const MOST_DEPTH = 5;
export const emptyGroup: Group = { node: "group", match: "all", members: [] };

/** The tree with a group around it, as the builder shows it. */
export function asGroup(condition: Condition | null): Group {
  if (!condition) return emptyGroup;
  return condition.node === "group" ? condition : { ...emptyGroup, members: [condition] };
}

/** The tree without the group that says nothing; null where it holds no condition. */
export function withoutShell(group: Group): Condition | null {
  if (group.members.length === 0) return null;
  const [only] = group.members;
  return only && group.members.length === 1 && group.match !== "none" ? only : group;
}

/** The tree with one part replaced, or taken away where `change` gives null. */
export function changed(
  group: Group,
  path: Path,
  change: (part: Condition) => Condition | null,
): Group {
  const [at, ...rest] = path;
  if (at === undefined) return (change(group) ?? emptyGroup) as Group;
  const members = group.members.flatMap((member, place): Condition[] => {
    if (place !== at) return [member];
    const next =
      rest.length > 0 && member.node === "group" ? changed(member, rest, change) : change(member);
    return next ? [next] : [];
  });
  return { ...group, members };
}

/** The tree with a part added to the end of a group. */
export const added = (tree: Group, path: Path, part: Condition): Group =>
  changed(tree, path, (group) =>
    group.node === "group" ? { ...group, members: [...group.members, part] } : group,
  );

/** The tree with a part one place up or down within its group. */
export function shifted(tree: Group, path: Path, by: number): Group {
  const at = path.at(-1);
  if (at === undefined) return tree;
  return changed(tree, path.slice(0, -1), (group) => {
    if (group.node !== "group" || !group.members[at + by]) return group;
    const members = [...group.members];
    members.splice(at + by, 0, ...members.splice(at, 1));
    return { ...group, members };
  });
}
