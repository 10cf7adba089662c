import { useTranslation } from "react-i18next";
import type { PresentPerson } from "@/lib/liveSocket";
import { Avatar } from "@/ui/Avatar";
import classes from "./PresenceChip.module.css";

/** Who else is on this ticket, and whether they write. */
export function PresenceChip({ people }: { people: PresentPerson[] }) {
  const { t } = useTranslation();
  const writer = people.find((person) => person.state === "typing");
  const first = writer ?? people[0];
  const others = people.length - 1;
  const firstName = first?.name.split(" ")[0] ?? "";
  return (
    <span role="status" aria-live="polite">
      {first && (
        <span className={classes.chip}>
          <Avatar id={first.id} name={first.name} size="xs" />
          <span className={classes.text}>
            {t(writer ? "ticket.typing" : "ticket.viewing", { name: firstName })}
            {others > 0 && ` +${others}`}
          </span>
          {writer && (
            <span className={classes.dots} aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
          )}
        </span>
      )}
    </span>
  );
}
