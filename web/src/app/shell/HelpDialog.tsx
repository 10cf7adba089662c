import { useTranslation } from "react-i18next";
import { helpKeys } from "@/locales/en/helpKeys";
import { Dialog } from "@/ui/Dialog";
import { Kbd } from "@/ui/Kbd";
import { addStaffTexts } from "../i18n";
import classes from "./HelpDialog.module.css";

addStaffTexts(helpKeys);

const groups = {
  everywhere: {
    palette: ["ctrl", "k"],
    newTicket: ["c"],
    undo: ["z"],
    help: ["?"],
  },
  list: {
    move: ["j", "k"],
    open: ["enter"],
    select: ["x"],
    star: ["*"],
    clear: ["esc"],
  },
  ticket: {
    reply: ["r"],
    note: ["n"],
    send: ["ctrl", "enter"],
    sendNext: ["ctrl", "shift", "enter"],
    clearCc: ["ctrl", "shift", "backspace"],
    forward: ["v"],
    dismiss: ["#"],
    spam: ["!"],
    copyNumber: ["."],
    copyTitle: [".", "."],
    copyLink: [".", ".", "."],
    assign: ["a"],
    status: ["s"],
    priority: ["p"],
    team: ["t"],
    tags: ["l"],
    snooze: ["b"],
    follow: ["f"],
    star: ["*"],
    reminder: ["h"],
    resolve: ["e"],
    unread: ["d"],
    search: ["ctrl", "f"],
    print: ["ctrl", "p"],
    next: ["j"],
    previous: ["k"],
    back: ["u"],
  },
  go: {
    mine: ["g", "m"],
    unassigned: ["g", "u"],
    allOpen: ["g", "a"],
    waiting: ["g", "w"],
    inbox: ["g", "i"],
    mail: ["g", "o"],
    toMany: ["g", "n"],
    settings: ["g", "s"],
  },
} as const;

/** Every key of the desk. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened onClose={onClose} title={t("help.title")} width={680}>
      <div className={classes.groups}>
        {Object.entries(groups).map(([group, keys]) => (
          <section key={group}>
            <h3 className={classes.heading}>
              {t(`helpKeys.group.${group as keyof typeof groups}`)}
            </h3>
            <dl>
              {Object.entries(keys as Record<string, readonly string[]>).map(([name, pressed]) => (
                <div key={name} className={classes.line}>
                  <dt>{t(`helpKeys.key.${name}` as "helpKeys.key.palette")}</dt>
                  <dd className={classes.keys}>
                    {pressed.map((key, place) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a key may be pressed twice
                      <Kbd key={place}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
