import "@/app/pageTexts";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { Segments } from "@/ui/Segments";
import type { ComposerMode } from "../draft";
import { countOf, everybodyOn, isSamePeople, type People, requesterAlone } from "../recipients";
import classes from "./Composer.module.css";
import { Recipients } from "./Recipients";

type HeadProps = {
  ticket: Ticket;
  kind: ComposerMode;
  onKind: (kind: ComposerMode) => void;
  people: People;
  /** null goes back to the requester alone. */
  onPeople: (people: People | null) => void;
  /** Called once a choice is made and the text is next. */
  onChosen: () => void;
};

/** Reply or note, and who will read it. Typing the text does not draw it again. */
export const ComposerHead = memo(function ComposerHead(props: HeadProps) {
  const { ticket, kind, onKind, people, onPeople, onChosen } = props;
  const { t } = useTranslation();
  const { can } = ticket;
  const stopped = new Set(ticket.requester.stopped?.map((one) => one.email.toLowerCase()));
  const choose = (chosen: ComposerMode) => {
    onKind(chosen);
    onChosen();
  };
  return (
    <header className={classes.head}>
      <div role="tablist" className={classes.tabs}>
        {can.reply && (
          <Button
            size="s"
            role="tab"
            aria-selected={kind === "reply"}
            className={classes.tab}
            onClick={() => choose("reply")}
          >
            {t("composer.reply")}
          </Button>
        )}
        {can.note && (
          <Button
            size="s"
            role="tab"
            icon="lock"
            aria-selected={kind === "note"}
            className={classes.tab}
            onClick={() => choose("note")}
          >
            {t("composer.note")}
          </Button>
        )}
      </div>
      {kind === "note" && <span className={classes.staffOnly}>{t("composer.staffOnly")}</span>}
      <span className="grow" />
      {kind === "reply" && (
        <Choice ticket={ticket} people={people} onPeople={onPeople} onChosen={onChosen} />
      )}
      {kind === "reply" && <Recipients people={people} stopped={stopped} onChange={onPeople} />}
    </header>
  );
});

/** The requester or everybody, where there is more than one; neither is held down for other people. */
function Choice(props: Pick<HeadProps, "ticket" | "people" | "onPeople" | "onChosen">) {
  const { ticket, people, onPeople, onChosen } = props;
  const { t } = useTranslation();
  const everybody = everybodyOn(ticket);
  const alone = requesterAlone(ticket);
  const isAlone = isSamePeople(people, alone);
  if (everybody.cc.length === 0 && isAlone) return null;
  const chosen = isAlone ? "requester" : isSamePeople(people, everybody) ? "all" : "listed";
  const options = [
    { value: "requester", label: t("recipients.requester") },
    ...(everybody.cc.length > 0
      ? [{ value: "all", label: t("recipients.all", { count: countOf(everybody) }) }]
      : []),
  ];
  return (
    <Segments
      label={t("recipients.choice")}
      value={chosen}
      options={options}
      onChange={(value) => {
        onPeople(value === "all" ? everybody : null);
        onChosen();
      }}
    />
  );
}
