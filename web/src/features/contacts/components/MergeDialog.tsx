import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form } from "@/ui/Form";
import type { Subject } from "../api";
import { contactsQuery, organizationsQuery } from "../api";
import { sidesOf, useMerge } from "../merge";
import { type Found, FoundPicker } from "./FoundPicker";
import classes from "./MergeDialog.module.css";

type MergeDialogProps = {
  subject: Subject;
  /** Who was offered; otherwise one is looked for. */
  other: Found | null;
  onClose: () => void;
};

/** Two that are the same, side by side: which values stay, and which of both is kept. */
export function MergeDialog({ subject, other, onClose }: MergeDialogProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(other);
  return (
    <Dialog opened onClose={onClose} title={t("contactPage.mergeTitle")} width={760}>
      <div className={classes.body}>
        {subject.kind === "contact" ? (
          <FoundPicker
            legend={t("contactPage.mergeInto")}
            label={t("contactPage.find")}
            none={t("contactPage.chooseOther")}
            query={contactsQuery}
            value={chosen}
            without={subject.id}
            onChange={setChosen}
          />
        ) : (
          <FoundPicker
            legend={t("contactPage.mergeInto")}
            label={t("contactPage.find")}
            none={t("contactPage.chooseOther")}
            query={organizationsQuery}
            value={chosen}
            without={subject.id}
            onChange={setChosen}
          />
        )}
        {chosen && (
          <Compared key={chosen.id} subject={subject} into={chosen.id} onClose={onClose} />
        )}
      </div>
    </Dialog>
  );
}

type ComparedProps = { subject: Subject; into: number; onClose: () => void };

function Compared({ subject, into, onClose }: ComparedProps) {
  const { t } = useTranslation();
  const { data: sides } = useQuery(sidesOf(subject, into, t));
  const merge = useMerge(subject, into);
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  if (!sides) return null;
  const take = (field: string, fromSource: boolean) =>
    setTaken((held) => {
      const next = new Set(held);
      if (fromSource) next.add(field);
      else next.delete(field);
      return next;
    });
  const submit = async () => {
    await merge([...taken], sides.target);
    onClose();
  };
  return (
    <Form onSubmit={submit} label={t("contactPage.mergeTitle")}>
      {(busy) => (
        <>
          <p className={classes.quiet}>{t("contactPage.taken")}</p>
          <div className={classes.scroll}>
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">{t("contactPage.field")}</th>
                  <th scope="col">
                    <bdi>{sides.source}</bdi>
                  </th>
                  <th scope="col">
                    <bdi>{sides.target}</bdi>
                  </th>
                </tr>
              </thead>
              <tbody>
                {sides.rows.map((row) => (
                  <tr key={row.field}>
                    <th scope="row">{row.label}</th>
                    {[row.source, row.target].map((value, place) => (
                      <td key={place === 0 ? "source" : "target"}>
                        <Choice
                          name={row.field}
                          of={row.label}
                          value={value || t("contactPage.none")}
                          single={row.source === row.target}
                          checked={taken.has(row.field) === (place === 0)}
                          onChoose={() => take(row.field, place === 0)}
                        />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p className={classes.quiet}>{t("contactPage.undoHint")}</p>
          <DialogActions>
            <Button type="button" size="l" onClick={onClose}>
              {t("contactPage.cancel")}
            </Button>
            <Button type="submit" size="l" look="gold" icon="merge" busy={busy}>
              {t("contactPage.doMerge", { name: sides.target })}
            </Button>
          </DialogActions>
        </>
      )}
    </Form>
  );
}

type ChoiceProps = {
  name: string;
  of: string;
  value: string;
  /** Both say the same: there is nothing to choose. */
  single: boolean;
  checked: boolean;
  onChoose: () => void;
};

function Choice({ name, of, value, single, checked, onChoose }: ChoiceProps) {
  if (single) return <bdi>{value}</bdi>;
  return (
    <label className={classes.choice}>
      <input
        type="radio"
        name={name}
        checked={checked}
        onChange={onChoose}
        aria-label={`${of}: ${value}`}
      />
      <bdi>{value}</bdi>
    </label>
  );
}
