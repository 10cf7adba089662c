import { useTranslation } from "react-i18next";
import { ProblemError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import classes from "./ConditionError.module.css";

type Wrong = { reason: string; position: number; length: number; suggestion: string | null };

/** What is wrong with the condition that a list was asked for; null for another error. */
export function wrongCondition(error: unknown): Wrong | null {
  if (!(error instanceof ProblemError) || error.code !== "condition_invalid") return null;
  return {
    reason: String(error.data("reason")),
    position: Number(error.data("position")),
    length: Number(error.data("length")),
    suggestion: error.data("suggestion") ? String(error.data("suggestion")) : null,
  };
}

type ConditionErrorProps = {
  id: string;
  text: string;
  wrong: Wrong;
  onText: (text: string) => void;
};

/** The error under the box: the text with the place marked, why, and what may have been meant. */
export function ConditionError({ id, text, wrong, onText }: ConditionErrorProps) {
  const { t } = useTranslation();
  const { reason, position, length, suggestion } = wrong;
  // Places are counted in characters, of which some take two units of a string.
  const characters = [...text];
  const before = characters.slice(0, position).join("");
  const place = characters.slice(position, position + length).join("");
  const after = characters.slice(position + length).join("");
  const meant = suggestion && /[\s(),"]/.test(suggestion) ? `"${suggestion}"` : suggestion;
  return (
    <div id={id} className={classes.error} role="alert">
      <Icon name="warn" />
      <p className={classes.words}>
        {t("tickets.condition.wrong")} {reason}.
      </p>
      <code className={classes.text} dir="auto">
        {before}
        <mark className={classes.place}>{place || " "}</mark>
        {after}
      </code>
      {meant && (
        <Button look="line" onClick={() => onText(before + meant + after)}>
          {t("tickets.condition.use", { text: meant })}
        </Button>
      )}
    </div>
  );
}
