import "@/app/pageTexts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useStaff } from "@/api/directory";
import { followersKey, followersQuery } from "@/api/followers";
import { asProblem } from "@/api/problem";
import type { Ticket } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { Avatar } from "@/ui/Avatar";
import { useAwayText } from "@/ui/away";
import { IconButton } from "@/ui/Button";
import { Picker } from "@/ui/Picker";
import classes from "./Properties.module.css";

type Colleague = { id: number; name: string };

/** Who of the staff is told of what happens on a ticket; whoever writes notes adds and removes others. */
export default function Followers({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const followers = useQuery(followersQuery(ticket.number)).data?.items ?? [];
  const staff = useStaff();
  const away = useAwayText();
  const { add, remove } = useFollowers(ticket.number);
  const [opened, setOpened] = useState(false);
  if (followers.length === 0 && !ticket.can.note) return null;
  const others = staff.filter(({ id }) => !followers.some((one) => one.id === id));
  const pick = (value: string) => {
    const colleague = others.find(({ id }) => String(id) === value);
    if (colleague) add.mutate(colleague);
  };
  return (
    <section className={classes.section} aria-label={t("followers.title")}>
      <h2 className={classes.heading}>
        <span className="grow">{t("followers.title")}</span>
        {ticket.can.note && (
          <Picker
            label={t("followers.add")}
            options={others.map((one) => ({
              value: String(one.id),
              label: one.name,
              hint: away(one.absent_until),
              sign: <Avatar id={one.id} name={one.name} away={Boolean(one.absent_until)} />,
            }))}
            chosen={[]}
            onPick={pick}
            opened={opened}
            onOpenedChange={setOpened}
            position="bottom-end"
          >
            <IconButton
              icon="plus"
              size="s"
              label={t("followers.add")}
              onClick={() => setOpened(!opened)}
            />
          </Picker>
        )}
      </h2>
      {followers.length === 0 && <p className={classes.quiet}>{t("followers.none")}</p>}
      <ul className={classes.participants}>
        {followers.map((one) => {
          const until = away(staff.find(({ id }) => id === one.id)?.absent_until);
          return (
            <li key={one.id} className={classes.mini}>
              <Avatar id={one.id} name={one.name} away={until !== undefined} />
              <bdi className="cut grow">{one.name}</bdi>
              {until && <span className={classes.quiet}>{until}</span>}
              {ticket.can.note && (
                <IconButton
                  icon="x"
                  size="s"
                  className={classes.removeOne}
                  label={t("followers.remove", { name: one.name })}
                  disabled={remove.isPending}
                  onClick={() => remove.mutate(one)}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Lets colleagues follow a ticket, or no longer; both can be taken back. */
function useFollowers(number: number) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const path = ({ id }: Colleague) => ({ params: { path: { number, person_id: id } } });
  const options = (message: (name: string) => string) => ({
    onSuccess: ({ changeId }: { changeId: number | null }, { name }: Colleague) => {
      if (changeId !== null) offerUndo(queryClient, { changeId, message: message(name) });
    },
    onError: (error: unknown) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: followersKey(number) }),
  });
  const add = useMutation({
    mutationFn: (one: Colleague) =>
      write(client.PUT("/api/v1/tickets/{number}/followers/{person_id}", path(one))),
    ...options((name) => t("followers.added", { name })),
  });
  const remove = useMutation({
    mutationFn: (one: Colleague) =>
      write(client.DELETE("/api/v1/tickets/{number}/followers/{person_id}", path(one))),
    ...options((name) => t("followers.removed", { name })),
  });
  return { add, remove };
}
