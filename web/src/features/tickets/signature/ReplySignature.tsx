import "./texts";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { SwitchField } from "@/ui/Form";
import { HtmlFrame } from "@/ui/HtmlFrame";
import { PlainText } from "@/ui/PlainText";
import { chooseSignature, useChosenSignature } from "./choice";
import classes from "./ReplySignature.module.css";

// It is asked for anew with each visit, for a reply or a day that passed alters it.
const replySignatureQuery = (number: number) =>
  queryOptions({
    queryKey: ["signatures", "ticket", number],
    queryFn: () =>
      read(client.GET("/api/v1/tickets/{number}/signature", { params: { path: { number } } })),
    staleTime: 0,
  });

/** The signature that fits this very ticket, and a switch to leave it out. */
export default function ReplySignature({ number }: { number: number }) {
  const { t } = useTranslation();
  const shown = useQuery(replySignatureQuery(number)).data;
  const chosen = useChosenSignature(number);
  if (!shown?.signature) return null;
  const usual = shown.state === "signed";
  const signed = chosen ?? usual;
  const why = usual ? "replySignature.off" : "replySignature.repeated";
  return (
    <section className={classes.signature} aria-label={t("replySignature.label")}>
      <SwitchField
        name="signature"
        size="xs"
        label={t(signed ? "replySignature.on" : why)}
        checked={signed}
        onChange={({ currentTarget: { checked } }) =>
          chooseSignature(number, checked === usual ? undefined : checked)
        }
      />
      {signed && (
        <div className={classes.preview}>
          {shown.signature.html ? (
            <HtmlFrame
              html={shown.signature.html}
              withRemoteImages={false}
              title={t("replySignature.label")}
            />
          ) : (
            <PlainText text={shown.signature.text} />
          )}
        </div>
      )}
    </section>
  );
}
