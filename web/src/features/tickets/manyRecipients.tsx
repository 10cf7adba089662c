import "@/app/pageTexts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "@/ui/Dialog";
import { allOf, countOf, MOST_UNASKED, type People, shownName } from "./recipients";

const NAMED = 10;

type Asking = { people: People; then: (confirmed: boolean) => void };

/** Runs what sends to people; before more than ten it asks once. */
export function useManyRecipients() {
  const { t } = useTranslation();
  const [asking, ask] = useState<Asking | null>(null);
  const whenSure = (people: People, then: Asking["then"]) => {
    if (countOf(people) > MOST_UNASKED) ask({ people, then });
    else then(false);
  };
  const people = asking ? allOf(asking.people) : [];
  const dialog = asking && (
    <ConfirmDialog
      opened
      onClose={() => ask(null)}
      title={t("recipients.manyTitle", { count: people.length })}
      what={t("recipients.many", {
        names: people.slice(0, NAMED).map(shownName).join(", "),
        count: people.length - NAMED,
      })}
      confirmLabel={t("recipients.manyConfirm", { count: people.length })}
      onConfirm={() => {
        ask(null);
        asking.then(true);
      }}
    />
  );
  return { whenSure, dialog };
}
