import "@/app/pageTexts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { IncomingState } from "@/api/types";
import { incomingQuery } from "../api";
import type { MailSearch } from "../search";
import { drawing, IncomingLine } from "./IncomingLine";
import { MailPages } from "./MailPages";
import { StateFilter } from "./StateFilter";

const states = Object.keys(drawing) as IncomingState[];

function stateOf(search: MailSearch): IncomingState | undefined {
  return states.find((state) => state === search.state);
}

/** Mails as they came in; what could not be read stays here, whole. */
export function IncomingList({ search }: { search: MailSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useInfiniteQuery(incomingQuery(stateOf(search)));
  return (
    <>
      <StateFilter
        states={states}
        counts={query.data?.pages[0]?.counts}
        chosen={search.state}
        nameOf={(state) => t(`mail.incomingState.${state as IncomingState}`)}
        onChoose={(state) =>
          void navigate({ to: "/desk/outbox", search: { box: "incoming", state } })
        }
      />
      <MailPages
        query={query}
        empty={{ icon: "mail", title: t("mail.emptyIn"), hint: t("mail.emptyInHint") }}
      >
        {(mail) => <IncomingLine key={mail.id} mail={mail} search={search} />}
      </MailPages>
    </>
  );
}
