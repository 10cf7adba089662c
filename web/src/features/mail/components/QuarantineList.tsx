import "@/app/pageTexts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { incomingQuery } from "../api";
import type { MailSearch } from "../search";
import { BlocksDialog } from "./BlocksDialog";
import { IncomingLine } from "./IncomingLine";
import classes from "./MailLine.module.css";
import { MailPages } from "./MailPages";

/** Mail that waits for a person: why, and from whom. */
export function QuarantineList({ search }: { search: MailSearch }) {
  const { t } = useTranslation();
  const [blocks, setBlocks] = useState(false);
  const query = useInfiniteQuery(incomingQuery("quarantined"));
  return (
    <>
      <div className={classes.bar}>
        <span className="grow">{t("mail.quarantineHint")}</span>
        <Button icon="shield" onClick={() => setBlocks(true)}>
          {t("mail.blocks")}
        </Button>
      </div>
      <MailPages
        query={query}
        empty={{ icon: "check", title: t("mail.emptyHeld"), hint: t("mail.emptyHeldHint") }}
      >
        {(mail) => <IncomingLine key={mail.id} mail={mail} search={search} />}
      </MailPages>
      <BlocksDialog opened={blocks} onClose={() => setBlocks(false)} />
    </>
  );
}
