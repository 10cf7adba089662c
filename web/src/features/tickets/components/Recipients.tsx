import "@/app/pageTexts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MailAddress } from "@/api/types";
import { Button } from "@/ui/Button";
import { clearsCopies, useClearCopies } from "../clearedCopies";
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
  const clearCopies = useClearCopies(people, onChange);
  // The line stays when its last address goes, so that the focus has somewhere to stay too.
  const remove = (line: RecipientLine, gone: MailAddress) => {
    if (!opened.includes(line)) setOpened([...opened, line]);
    onChange({ ...people, [line]: people[line].filter((one) => one !== gone) });
  };
  const clear = () => {
    if (!opened.includes("cc")) setOpened([...opened, "cc"]);
    clearCopies();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a key of the fields within; the button does the same
    <div
      className={classes.recipients}
      onKeyDown={(event) => {
        if (!clearsCopies(event)) return;
        event.preventDefault();
        clear();
      }}
    >
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
            onClear={line === "cc" ? clear : undefined}
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
