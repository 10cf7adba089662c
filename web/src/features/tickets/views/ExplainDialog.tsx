import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { Dialog } from "@/ui/Dialog";
import { SelectField, TextField } from "@/ui/Form";
import { Icon } from "@/ui/Icon";
import { type ConditionPart, explainedQuery, useViews, type View } from "./api";
import classes from "./ExplainDialog.module.css";
import { useViewName } from "./shownView";
import "./texts";

type ExplainDialogProps = {
  /** The view of the list that it was opened from. */
  view?: View;
  /** The ticket that the keys act on, or that is open. */
  number?: number;
  onClose: () => void;
};

/** Why a ticket is in a view, or not: each part of the condition, and whether the ticket meets it. */
export default function ExplainDialog({ view, number, onClose }: ExplainDialogProps) {
  const { t } = useTranslation();
  const nameOf = useViewName();
  const views = useViews() ?? [];
  const [viewId, setViewId] = useState(view?.id ?? views[0]?.id);
  const [typed, setTyped] = useState(number === undefined ? "" : String(number));
  const ticket = /^#?(\d{1,9})$/.exec(typed.trim())?.[1];
  return (
    <Dialog opened onClose={onClose} title={t("views.why")} width={480}>
      <div className={classes.asked}>
        <TextField
          name="ticket"
          label={t("viewEditor.ticket")}
          inputMode="numeric"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus={ticket === undefined || undefined}
        />
        <SelectField
          name="view"
          label={t("views.one")}
          value={viewId === undefined ? "" : String(viewId)}
          onChange={(event) => setViewId(Number(event.currentTarget.value))}
          data={views.map((one) => ({ value: String(one.id), label: nameOf(one) }))}
          data-autofocus={ticket !== undefined || undefined}
        />
      </div>
      {ticket !== undefined && viewId !== undefined && (
        <Explained viewId={viewId} ticket={Number(ticket)} />
      )}
    </Dialog>
  );
}

function Explained({ viewId, ticket }: { viewId: number; ticket: number }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(explainedQuery(viewId, ticket));
  if (error) return <p role="alert">{asProblem(error).message}</p>;
  if (!data) return null;
  const said = data.broken
    ? "viewEditor.brokenView"
    : data.held
      ? "viewEditor.isIn"
      : "viewEditor.isNotIn";
  return (
    <div role="status">
      <p className={classes.answer}>{t(said, { number: String(ticket) })}</p>
      <ul className={classes.parts}>
        {data.parts.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name but their place
          <li key={at} style={{ paddingInlineStart: `${part.depth * 20}px` }}>
            <Part part={part} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Part({ part }: { part: ConditionPart }) {
  const { t } = useTranslation();
  const icon = part.broken ? "warn" : part.held ? "check" : "x";
  const said = part.broken
    ? "viewEditor.partBroken"
    : part.held
      ? "viewEditor.holds"
      : "viewEditor.holdsNot";
  return (
    <span className={classes.part} data-held={part.held || undefined}>
      <Icon name={icon} label={t(said)} />
      {part.match ? (
        <span>{t(`viewEditor.match.${part.match}`)}</span>
      ) : (
        <code dir="auto">{part.text}</code>
      )}
      {part.broken && <span className={classes.broken}>{part.broken}</span>}
    </span>
  );
}
