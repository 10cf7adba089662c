import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "@/api/fields";
import {
  added,
  type Condition,
  changed,
  emptyGroup,
  type Group,
  type Leaf,
  type Match,
  MOST_DEPTH,
  type Path,
  shifted,
} from "@/lib/conditionTree";
import { Button, IconButton } from "@/ui/Button";
import { Picker } from "@/ui/Picker";
import { useFieldWord } from "@/ui/ticketColumns/fieldWords";
import classes from "./Builder.module.css";
import { compared, newLeaf, takesOf } from "./tree";
import type { ConditionForms } from "./useConditionForms";
import { ValueField } from "./ValueField";

const matches: Match[] = ["all", "any", "none"];

/** A condition as groups of comparisons, which are added, changed and moved. */
export function Builder({ forms }: { forms: ConditionForms }) {
  const { t } = useTranslation();
  return (
    <div className={classes.builder}>
      <GroupBox group={forms.tree} path={[]} forms={forms} />
      {forms.tree.members.length === 0 && (
        <p className={classes.quiet}>{t("viewEditor.everything")}</p>
      )}
    </div>
  );
}

type PartProps = { path: Path; forms: ConditionForms };

function GroupBox({ group, path, forms }: PartProps & { group: Group }) {
  const { t } = useTranslation();
  const { tree, setTree, fields } = forms;
  const setMatch = (match: Match) =>
    setTree(changed(tree, path, (one) => ({ ...one, match }) as Condition));
  const isRoot = path.length === 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset in a fieldset is read out twice
    <div
      role="group"
      aria-label={t(`viewEditor.match.${group.match}`)}
      className={isRoot ? classes.root : classes.group}
    >
      <div className={classes.head}>
        <select
          className={classes.select}
          aria-label={t("viewEditor.matchLabel")}
          value={group.match}
          onChange={(event) => setMatch(event.currentTarget.value as Match)}
        >
          {matches.map((match) => (
            <option key={match} value={match}>
              {t(`viewEditor.match.${match}`)}
            </option>
          ))}
        </select>
        {!isRoot && (
          <IconButton
            icon="x"
            label={t("viewEditor.removeGroup")}
            onClick={() => setTree(changed(tree, path, () => null))}
          />
        )}
      </div>
      <ul className={classes.members}>
        {group.members.map((member, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name but their place
          <Member key={at} part={member} path={[...path, at]} forms={forms} />
        ))}
      </ul>
      <div className={classes.add}>
        <AddCondition
          fields={fields}
          onAdd={(field) => setTree(added(tree, path, newLeaf(field)))}
        />
        {path.length + 1 < MOST_DEPTH && (
          <Button
            type="button"
            icon="plus"
            onClick={() =>
              setTree(
                added(tree, path, { ...emptyGroup, match: group.match === "any" ? "all" : "any" }),
              )
            }
          >
            {t("viewEditor.addGroup")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** A part of a group; Alt and an arrow key move it. */
function Member({ part, path, forms }: PartProps & { part: Condition }) {
  const { tree, setTree } = forms;
  return (
    <li
      className={classes.member}
      onKeyDown={(event) => {
        if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        setTree(shifted(tree, path, event.key === "ArrowUp" ? -1 : 1));
      }}
    >
      {part.node === "group" ? (
        <GroupBox group={part} path={path} forms={forms} />
      ) : (
        <LeafRow leaf={part} path={path} forms={forms} />
      )}
    </li>
  );
}

function LeafRow({ leaf, path, forms }: PartProps & { leaf: Leaf }) {
  const { t } = useTranslation();
  const wordOf = useFieldWord([leaf.field]);
  const { tree, setTree, fields } = forms;
  const field = fields.find(({ key }) => key === leaf.field);
  const word = wordOf(leaf.field);
  const set = (next: Leaf) => setTree(changed(tree, path, () => next));
  const takes = takesOf(field, leaf.operator);
  const operatorText = useOperatorText(field);
  return (
    <div className={classes.leaf}>
      <span className={classes.field}>{word}</span>
      <select
        className={classes.select}
        aria-label={t("viewEditor.operatorLabel", { field: word })}
        value={leaf.operator}
        onChange={(event) => set(compared(leaf, event.currentTarget.value, field))}
      >
        {(field?.operators ?? []).map(({ key }) => (
          <option key={key} value={key}>
            {operatorText(key)}
          </option>
        ))}
      </select>
      {field && takes !== "nothing" && (
        <ValueField
          leaf={leaf}
          field={field}
          one={takes === "one"}
          forms={forms}
          onValues={(values) => set({ ...leaf, values })}
        />
      )}
      <span className="grow" />
      <IconButton
        icon="x"
        label={t("viewEditor.remove", { field: word })}
        onClick={() => setTree(changed(tree, path, () => null))}
      />
    </div>
  );
}

type Operator = keyof typeof import("@/locales/en/viewTexts").viewTexts.viewEditor.operator;
type MomentOperator = keyof typeof import("@/locales/en/viewTexts").viewTexts.viewEditor.moment;

/** An operator in words: moments are before and after, everything else above and below. */
function useOperatorText(field: Field | undefined) {
  const { t } = useTranslation();
  return (key: string) =>
    field?.kind === "moment" && ["above", "at_least", "below", "at_most"].includes(key)
      ? t(`viewEditor.moment.${key as MomentOperator}`)
      : t(`viewEditor.operator.${key as Operator}`);
}

function AddCondition({
  fields,
  onAdd,
}: {
  fields: readonly Field[];
  onAdd: (field: Field) => void;
}) {
  const { t } = useTranslation();
  const wordOf = useFieldWord(fields.map(({ key }) => key));
  const [opened, setOpened] = useState(false);
  return (
    <Picker
      label={t("viewEditor.field")}
      options={fields.map(({ key, name }) => ({ value: key, label: wordOf(key), hint: name }))}
      chosen={[]}
      onPick={(key) => {
        const field = fields.find((one) => one.key === key);
        if (field) onAdd(field);
      }}
      opened={opened}
      onOpenedChange={setOpened}
    >
      <Button type="button" icon="plus" onClick={() => setOpened(!opened)}>
        {t("viewEditor.addCondition")}
      </Button>
    </Picker>
  );
}
