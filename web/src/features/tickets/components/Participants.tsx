import "@/app/pageTexts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Picker } from "@/ui/Picker";
import { useContactOptions } from "../options";
import { useParticipants } from "../participants";
import { isAddress } from "../recipients";
import classes from "./Properties.module.css";

/** Who takes part besides the requester: they get an answer to all, and see the request. */
export function Participants({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { add, remove, clear } = useParticipants(ticket.number);
  const { options, setQuery } = useContactOptions();
  const stopped = new Set(ticket.requester.stopped?.map((one) => one.email.toLowerCase()));
  const pick = (value: string) => {
    const contact = options.find((one) => one.value === value);
    const email = contact ? contact.hint : value;
    if (email && isAddress(email)) add.mutate({ email, name: contact?.label ?? "" });
    setQuery("");
  };
  if (ticket.cc.length === 0 && !ticket.can.reply) return null;
  return (
    <section className={classes.section} aria-label={t("recipients.participants")}>
      <h2 className={classes.heading}>
        <span className="grow">{t("recipients.participants")}</span>
        {ticket.can.reply && ticket.cc.length > 1 && (
          <IconButton
            icon="x"
            size="s"
            label={t("recipients.clear", { count: ticket.cc.length })}
            disabled={clear.isPending}
            onClick={() => clear.mutate({ id: 0, name: "" })}
          />
        )}
        {ticket.can.reply && (
          <Picker
            label={t("recipients.addParticipant")}
            options={options.filter((one) => !ticket.cc.some(({ id }) => String(id) === one.value))}
            chosen={[]}
            onPick={pick}
            onSearch={setQuery}
            opened={opened}
            onOpenedChange={setOpened}
            creatable={isAddress}
            position="bottom-end"
          >
            <IconButton
              icon="plus"
              size="s"
              label={t("recipients.addParticipant")}
              onClick={() => setOpened(!opened)}
            />
          </Picker>
        )}
      </h2>
      {ticket.cc.length === 0 && <p className={classes.quiet}>{t("recipients.noParticipants")}</p>}
      <ul className={classes.participants}>
        {ticket.cc.map((one) => (
          <li
            key={one.id}
            className={classes.mini}
            title={[one.email, one.reason && t(`recipients.reason.${one.reason}`)]
              .filter(Boolean)
              .join(", ")}
          >
            <Avatar id={one.id} name={one.name} />
            <bdi className="cut grow">{one.name || one.email}</bdi>
            {one.reason && (
              <span className={classes.quiet}>{t(`recipients.reason.${one.reason}`)}</span>
            )}
            {one.email && stopped.has(one.email.toLowerCase()) && (
              <Icon
                name="warn"
                size={14}
                label={t("recipients.stopped")}
                className={classes.stopped}
              />
            )}
            {ticket.can.reply && (
              <IconButton
                icon="x"
                size="s"
                className={classes.removeOne}
                label={t("recipients.removeParticipant", { name: one.name || (one.email ?? "") })}
                disabled={remove.isPending}
                onClick={() => remove.mutate({ id: one.id, name: one.name || (one.email ?? "") })}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
