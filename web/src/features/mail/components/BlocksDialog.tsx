import "@/app/pageTexts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, type Written, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Form, TextField } from "@/ui/Form";
import { ErrorState, Skeleton } from "@/ui/States";
import { blocksQuery } from "../api";
import classes from "./BlocksDialog.module.css";

type BlocksDialogProps = { opened: boolean; onClose: () => void };

/** Whose mail is refused: look, add, take away. */
export function BlocksDialog({ opened, onClose }: BlocksDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("mail.blocks")}>
      <p className={classes.hint}>{t("mail.blocksHint")}</p>
      <Blocks />
    </Dialog>
  );
}

function Blocks() {
  const { t } = useTranslation();
  const query = useQuery(blocksQuery);
  const showResult = useShowResult();
  const [added, setAdded] = useState(0);
  const add = async (values: FormData) => {
    const value = String(values.get("value") ?? "").trim();
    showResult(
      await write(client.POST("/api/v1/mail/blocks", { body: { value, list: false } })),
      t("mail.blockAdded", { value }),
    );
    setAdded((before) => before + 1);
  };
  const remove = async (id: number, value: string) => {
    const path = { block_id: id };
    try {
      const answer = client.DELETE("/api/v1/mail/blocks/{block_id}", { params: { path } });
      showResult(await write(answer), t("mail.blockRemoved", { value }));
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
  return (
    <>
      <Form
        // Empty again after an address was added, and only then.
        key={added}
        onSubmit={add}
        label={t("mail.blocks")}
        className={classes.form}
      >
        {(busy) => (
          <>
            <TextField name="value" label={t("mail.blockValue")} placeholder="example.org" />
            <Button type="submit" look="gold" busy={busy}>
              {t("mail.block")}
            </Button>
          </>
        )}
      </Form>
      {query.isPending && <Skeleton rows={3} height={36} />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && <p className={classes.hint}>{t("mail.noBlocks")}</p>}
      <ul className={classes.list}>
        {query.data?.map((one) => (
          <li key={one.id} className={classes.row}>
            <bdi className="grow cut">{one.value}</bdi>
            <span className={classes.by}>{one.created_by?.name}</span>
            <IconButton
              icon="x"
              size="s"
              label={t("mail.unblock", { value: one.value })}
              onClick={() => void remove(one.id, one.value)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Says what was done and offers to take it back. */
function useShowResult() {
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  return ({ changeId }: Written<unknown>, message: string) => {
    void queryClient.invalidateQueries({ queryKey: ["mails"] });
    if (changeId === null) toast.show({ message });
    else offer({ changeId, message });
  };
}
