import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { MacroAction, MacroItem, MacroText } from "@/api/types";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Form";
import classes from "./MacroDialog.module.css";

type Draft = {
  kind: MacroItem["kind"];
  texts: MacroText[];
  actions: MacroAction[];
  condition: string;
};

/** What the macro as it is now would say on a ticket, and whether that one gets it offered. */
export function TryMacro({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const [number, setNumber] = useState("");
  const { kind, texts, actions, condition } = draft;
  const attempt = useMutation({
    mutationFn: () =>
      read(
        client.POST("/api/v1/macros/preview", {
          body: { ticket: Number(number), kind, texts, actions, condition },
        }),
      ),
  });
  const { data, error } = attempt;
  return (
    <div className={classes.new}>
      <TextField
        name="try"
        label={t("macros.try")}
        inputMode="numeric"
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value.replace(/\D/g, ""))}
      />
      <Button disabled={!number || attempt.isPending} onClick={() => attempt.mutate()}>
        {t("macros.preview")}
      </Button>
      {error && (
        <p className={classes.wrong} role="alert">
          {asProblem(error).message}
        </p>
      )}
      {data && (
        <div className={classes.shown} role="status">
          <p>{t(data.fits ? "macros.fits" : "macros.unfit", { number })}</p>
          <p className={classes.filled} dir="auto">
            {data.text}
          </p>
        </div>
      )}
    </div>
  );
}
