import "@/app/pageTexts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MailAddress } from "@/api/types";
import { Button } from "@/ui/Button";
import { type People, type RecipientLine, recipientLines, withAdded } from "../recipients";
import { RecipientField } from "./RecipientField";
import classes from "./Recipients.module.css";

type RecipientsProps = {
  people: People;
  stopped: ReadonlySet<string>;
  onChange: (people: People) => void;
};

/** To, Cc and Bcc as they will go; Cc and Bcc appear when they are asked for or hold somebody. */
export function Recipients({ people, stopped, onChange }: RecipientsProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<RecipientLine[]>([]);
  const hidden = recipientLines.filter(
    (line) => line !== "to" && people[line].length === 0 && !opened.includes(line),
  );
  // The line stays when its last address goes, so that the focus has somewhere to stay too.
  const remove = (line: RecipientLine, gone: MailAddress) => {
    if (!opened.includes(line)) setOpened([...opened, line]);
    onChange({ ...people, [line]: people[line].filter((one) => one !== gone) });
  };
  return (
    <div className={classes.recipients}>
      {recipientLines
        .filter((line) => !hidden.includes(line))
        .map((line) => (
          <RecipientField
            key={line}
            line={line}
            people={people[line]}
            stopped={stopped}
            focused={opened.at(-1) === line && people[line].length === 0}
            onAdd={(added) => onChange(withAdded(people, line, added))}
            onRemove={(gone) => remove(line, gone)}
          />
        ))}
      {hidden.length > 0 && (
        <span className={classes.openers}>
          {hidden.map((line) => (
            <Button
              key={line}
              type="button"
              size="s"
              aria-label={t(`recipients.open.${line as "cc" | "bcc"}`)}
              onClick={() => setOpened([...opened, line])}
            >
              {t(`composer.${line}`)}
            </Button>
          ))}
        </span>
      )}
    </div>
  );
}
