import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import type { Mailbox } from "@/api/mailboxes";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { PasswordField, TextField } from "@/ui/Form";
import type { Receiving, ReceivingInput } from "./api";
import classes from "./Receiving.module.css";
import { ResultLine } from "./ResultLine";

type OAuthFieldsProps = {
  mailbox: Mailbox;
  receiving: Receiving;
  values: Omit<ReceivingInput, "version">;
  set: (part: Partial<ReceivingInput>) => void;
};

const lines = ["client_id", "authorize_url", "token_url", "scope"] as const;

/** Who this desk is at the provider, and the way to its consent page once that is saved. */
export function OAuthFields({ mailbox, receiving, values, set }: OAuthFieldsProps) {
  const { t } = useTranslation();
  const stored = receiving.settings;
  const agree = async () => {
    try {
      const { url } = await read(
        client.POST("/api/v1/mailboxes/{mailbox_id}/receiving/consent", {
          params: { path: { mailbox_id: mailbox.id } },
        }),
      );
      location.assign(url);
    } catch (error) {
      toast.show({ message: asProblem(error).message });
    }
  };
  return (
    <>
      <p className={classes.words}>
        {t("receiving.redirect")} <code>{receiving.redirect_uri}</code>
      </p>
      <div className={classes.even}>
        {lines.map((name) => (
          <TextField
            key={name}
            name={name}
            label={t(`receiving.oauth.${name}`)}
            value={values[name] ?? ""}
            onChange={(event) => set({ [name]: event.currentTarget.value.trim() || null })}
          />
        ))}
      </div>
      <PasswordField
        name="client_secret"
        label={t("receiving.oauth.client_secret")}
        description={stored?.has_client_secret ? t("receiving.passwordKept") : undefined}
        autoComplete="new-password"
        value={values.client_secret ?? ""}
        onChange={(event) => set({ client_secret: event.currentTarget.value || undefined })}
      />
      {stored?.sign_in === "oauth2" && (
        <div className={classes.actions}>
          <ResultLine tone={stored.consented_at ? "good" : "warn"} label={t("receiving.consent")}>
            {t(stored.consented_at ? "receiving.consented" : "receiving.notConsented")}
          </ResultLine>
          <span className="grow" />
          <Button type="button" look="line" icon="go" onClick={() => void agree()}>
            {t("receiving.agree")}
          </Button>
        </div>
      )}
    </>
  );
}
