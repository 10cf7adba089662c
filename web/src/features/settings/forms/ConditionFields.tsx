import { useTranslation } from "react-i18next";
import type { FormCondition } from "@/api/forms";
import {
  added,
  asGroup,
  type Condition,
  changed,
  type Group,
  type Match,
  MOST_DEPTH,
  type Path,
  shifted,
} from "@/lib/conditionTree";
import { Button, IconButton } from "@/ui/Button";
import { SelectField } from "@/ui/Form";
import { keptOf } from "./draft";
import classes from "./FormEditor.module.css";
import type { KnownField } from "./knownFields";
import { LeafFields, startOf } from "./LeafFields";

const matches = ["all", "any", "none"] as const;

type ConditionFieldsProps = {
  label: string;
  condition: FormCondition | null | undefined;
  /** The fields that stand before, which are all that it may compare. */
  before: readonly KnownField[];
  onChange: (condition: FormCondition | null) => void;
  locked: boolean;
};

/** When something holds: comparisons of fields that stand before, in groups within groups. */
export function ConditionFields(props: ConditionFieldsProps) {
  const { label, condition, before, onChange, locked } = props;
  const tree = asGroup(condition ?? null);
  const set = (next: Group) => onChange(keptOf(next));
  return (
    <fieldset className={classes.rule} disabled={locked}>
      <legend className={classes.legend}>{label}</legend>
      <GroupFields group={tree} path={[]} editing={{ tree, set, before }} />
    </fieldset>
  );
}

type Editing = { tree: Group; set: (tree: Group) => void; before: readonly KnownField[] };
type GroupFieldsProps = { group: Group; path: Path; editing: Editing };

function GroupFields({ group, path, editing }: GroupFieldsProps) {
  const { t } = useTranslation();
  const { tree, set, before } = editing;
  const first = before[0];
  const isRoot = path.length === 0;
  const setMatch = (match: Match) =>
    set(changed(tree, path, (one) => ({ ...one, match }) as Condition));
  const content = (
    <>
      {group.members.length > 0 && (
        <div className={classes.groupHead}>
          <SelectField
            name="match"
            aria-label={t("forms.match")}
            value={group.match}
            data={matches.map((one) => ({ value: one, label: t(`forms.matches.${one}`) }))}
            onChange={(event) => setMatch(event.currentTarget.value as Match)}
          />
          {!isRoot && (
            <IconButton
              icon="x"
              label={t("forms.removeGroup")}
              onClick={() => set(changed(tree, path, () => null))}
            />
          )}
        </div>
      )}
      <Members group={group} path={path} editing={editing} />
      {first && (
        <div className={classes.adds}>
          <Button icon="plus" onClick={() => set(added(tree, path, startOf(first)))}>
            {t("forms.addCondition")}
          </Button>
          {path.length + 1 < MOST_DEPTH && group.members.length > 0 && (
            <Button icon="plus" onClick={() => set(added(tree, path, groupOf(first, group.match)))}>
              {t("forms.addGroup")}
            </Button>
          )}
        </div>
      )}
    </>
  );
  if (isRoot) return content;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset in a fieldset is read out twice
    <div role="group" aria-label={t(`forms.matches.${group.match}`)} className={classes.group}>
      {content}
    </div>
  );
}

/** A group begins with a comparison, as one without any would say nothing. */
const groupOf = (first: KnownField, above: Match): Group => ({
  node: "group",
  match: above === "any" ? "all" : "any",
  members: [startOf(first)],
});

/** The parts of a group; Alt and an arrow key move one. */
function Members({ group, path, editing }: GroupFieldsProps) {
  const { tree, set, before } = editing;
  return (
    <ul className={classes.members}>
      {group.members.map((member, at) => {
        const place = [...path, at];
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: comparisons have no names, and hold no state
            key={at}
            onKeyDown={(event) => {
              if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
              event.preventDefault();
              event.stopPropagation();
              set(shifted(tree, place, event.key === "ArrowUp" ? -1 : 1));
            }}
          >
            {member.node === "group" ? (
              <GroupFields group={member} path={place} editing={editing} />
            ) : (
              <LeafFields
                leaf={member}
                before={before}
                onChange={(next) => set(changed(tree, place, () => next))}
                onRemove={() => set(changed(tree, place, () => null))}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}
