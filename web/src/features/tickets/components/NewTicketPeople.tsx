import "@/app/pageTexts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import type { NewTicketProps } from "../newTicket";
import { peopleOf } from "../newTicket";
import { withAdded } from "../recipients";
import { RecipientField } from "./RecipientField";
import classes from "./Recipients.module.css";

const COPIES = ["cc", "bcc"] as const;
type Copies = (typeof COPIES)[number];
const NOBODY_STOPPED: ReadonlySet<string> = new Set();

/** Who gets the first mail: the requester, and the copies that are asked for. */
export function NewTicketPeople({ ticket, change }: NewTicketProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<Copies[]>([]);
  const people = peopleOf(ticket);
  const isShown = (line: Copies) => people[line].length > 0 || opened.includes(line);
  const [requester] = people.to;
  return (
    <div className={classes.recipients} data-in-dialog>
      <div className={classes.line}>
        <span className={classes.label}>{t("composer.to")}</span>
        <span className={classes.fixed}>
          {requester ? (
            <>
              {requester.name && <bdi>{requester.name}</bdi>} <bdi>{requester.address}</bdi>
            </>
          ) : (
            t("newTicket.toRequester")
          )}
        </span>
      </div>
      {COPIES.filter(isShown).map((line) => (
        <RecipientField
          key={line}
          line={line}
          people={people[line]}
          stopped={NOBODY_STOPPED}
          focused={opened.at(-1) === line && people[line].length === 0}
          onAdd={(added) => {
            const { cc, bcc } = withAdded(people, line, added);
            change({ cc, bcc });
          }}
          onRemove={(gone) => {
            // The line stays when its last address goes, so that the focus has somewhere to stay too.
            if (!opened.includes(line)) setOpened([...opened, line]);
            change({ [line]: people[line].filter((one) => one !== gone) });
          }}
        />
      ))}
      <span className={classes.openers}>
        {COPIES.filter((line) => !isShown(line)).map((line) => (
          <Button
            key={line}
            size="s"
            aria-label={t(`recipients.open.${line}`)}
            onClick={() => setOpened([...opened, line])}
          >
            {t(`composer.${line}`)}
          </Button>
        ))}
      </span>
    </div>
  );
}
