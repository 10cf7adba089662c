import { Popover } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { type NotificationItem, preferencesQuery, useChoose, useMute, type Ways } from "./api";
import classes from "./WhyButton.module.css";
import { waysText } from "./waysText";

type WhyProps = { item: NotificationItem; number: number; muted: boolean };

/** Says why the reader was told of something, and changes the rule on the spot. */
export function WhyButton({ item, number, muted }: WhyProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={320}
      withinPortal
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className={classes.why}
          aria-label={t("why.title")}
          title={t("why.title")}
          onClick={() => setOpened(!opened)}
        >
          ?
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.pop} aria-label={t("why.title")}>
        {opened && (
          <Why item={item} number={number} muted={muted} onClose={() => setOpened(false)} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

type Option = { key: string; label: string; hint?: string; apply: () => void };

function Why({ item, number, muted, onClose }: WhyProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const held = useQuery(preferencesQuery).data?.reasons[item.reason];
  const options = useOptions(item, number, muted, held);
  const [chosen, setChosen] = useState("now");
  const name = useId();
  const choices = useRef<HTMLFieldSetElement>(null);
  const isThere = held !== undefined;
  useEffect(() => {
    if (isThere) choices.current?.querySelector("input")?.focus();
  }, [isThere]);
  if (!held) return null;
  const apply = () => {
    options.find(({ key }) => key === chosen)?.apply();
    onClose();
  };
  return (
    <>
      <h2>{t("why.title")}</h2>
      <p className={classes.rule}>
        <bdi>{item.actor?.name ?? t("notified.somebody")}</bdi> {t(`notified.did.${item.reason}`)}.{" "}
        {t("why.rule", { when: t(`notifyMe.when.${item.reason}`), ways: waysText(held, t) })}
      </p>
      <fieldset ref={choices} className={classes.choices}>
        <legend className={classes.hidden}>{t("why.choose")}</legend>
        {options.map(({ key, label, hint }) => (
          <label key={key} className={classes.choice}>
            <input
              type="radio"
              name={name}
              value={key}
              checked={chosen === key}
              onChange={() => setChosen(key)}
            />
            <span className="grow">{label}</span>
            {hint && <small>{hint}</small>}
          </label>
        ))}
      </fieldset>
      <div className={classes.end}>
        <Link to="/desk/settings/notifications" className={classes.all}>
          {t("why.all")}
        </Link>
        <span className="grow" />
        <Button size="s" onClick={onClose}>
          {t("why.close")}
        </Button>
        <Button size="s" look="line" disabled={chosen === "now"} onClick={apply}>
          {t("why.change")}
        </Button>
      </div>
    </>
  );
}

/** What is now, more or less of it, and nothing from this ticket. */
function useOptions(
  { reason }: NotificationItem,
  number: number,
  muted: boolean,
  held: Ways | undefined,
): Option[] {
  const { t } = useTranslation();
  const choose = useChoose();
  const mute = useMute();
  const { offer } = useUndo();
  if (!held) return [];
  // Promises, for what was chosen is told after this has closed.
  const change = (ways: Partial<Ways>) => () =>
    void choose.mutateAsync({ reasons: { [reason]: ways } }).then(
      ({ changeId }) => {
        const message = t("why.changed", { when: t(`notified.reason.${reason}`) });
        if (changeId === null) toast.show({ message });
        else offer({ changeId, message });
      },
      (error: unknown) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    );
  const onlyDesk = held.desk && !held.mail && !held.push;
  return [
    { key: "now", label: waysText(held, t), hint: t("why.asNow"), apply: () => undefined },
    onlyDesk
      ? { key: "mail", label: t("why.withMail"), apply: change({ mail: true }) }
      : {
          key: "desk",
          label: t("why.onlyDesk"),
          apply: change({ desk: true, mail: false, push: false }),
        },
    {
      key: "mute",
      label: t(muted ? "why.unmute" : "why.mute"),
      hint: muted ? undefined : t("why.muteHint"),
      apply: () =>
        void mute.mutateAsync({ number, muted: !muted }).then(
          () =>
            toast.show({
              message: t(muted ? "why.unmuted" : "why.muted", { number: String(number) }),
              action: { label: t("undo.undo"), run: () => mute.mutate({ number, muted }) },
            }),
          // Said by the mutation itself.
          () => undefined,
        ),
    },
  ];
}
