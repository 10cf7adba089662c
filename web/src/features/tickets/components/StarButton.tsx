import "../starTexts";
import { IconButton } from "@/ui/Button";
import { useIsStarred, useStarCommand } from "../stars";
import classes from "./StarButton.module.css";

/** In the bar over a ticket: the reader's own star. */
export default function StarButton({ number }: { number: number }) {
  const starred = useIsStarred(number);
  const { run, label } = useStarCommand(number);
  return (
    <IconButton
      icon="star"
      label={label}
      shortcut="*"
      aria-pressed={starred}
      className={starred ? classes.star : undefined}
      onClick={run}
    />
  );
}
