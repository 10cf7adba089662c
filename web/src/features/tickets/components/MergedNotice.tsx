import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { mergeQuery, useSeparate } from "../merges";
import notice from "./PossibleDuplicates.module.css";
import { SeparateDialog } from "./SeparateDialog";

/** Says where a merged ticket goes on, and separates it again; what came since is asked for. */
export function MergedNotice({ ticket, into }: { ticket: Ticket; into: number }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const merge = useQuery(mergeQuery(ticket.number)).data;
  const separate = useSeparate(ticket.number);
  const later = merge?.later ?? [];
  return (
    <p className={`${notice.notice} screen-only`} role="status">
      <Icon name="link" />
      <span className="grow">
        {t("merge.merged")}{" "}
        <Link to="/desk/tickets/$number" params={{ number: into }} search={{}}>
          #{into} {merge && <bdi>{merge.into.subject}</bdi>}
        </Link>
      </span>
      {ticket.can.merge && merge && (
        <Button
          size="s"
          busy={separate.isPending}
          onClick={() => (later.length > 0 ? setAsked(true) : separate.mutate([]))}
        >
          {t("merge.separate")}
        </Button>
      )}
      {asked && (
        <SeparateDialog
          title={t("merge.separateTitle", { number: String(ticket.number) })}
          what={t("merge.later", { number: String(ticket.number) })}
          confirm={t("merge.separate")}
          later={later}
          onClose={() => setAsked(false)}
          onConfirm={(ids) => {
            setAsked(false);
            separate.mutate(ids);
          }}
        />
      )}
    </p>
  );
}
