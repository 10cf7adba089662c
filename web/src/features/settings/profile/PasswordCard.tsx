import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem, ownProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { needed, refuse } from "@/ui/checks";
import { Form, PasswordField, SwitchField } from "@/ui/Form";
import { sessionsQuery, settingsKeys } from "../api";
import classes from "./Profile.module.css";
import { passwordRefusal } from "./passwordRefusal";

const SHORTEST = 10;
const nothing = { current_password: "", new_password: "", keep_tokens: false };

/** Changing one's own password, proven by the current one. */
export function PasswordCard() {
  const { t } = useTranslation();
  const [values, setValues] = useState(nothing);
  const queryClient = useQueryClient();
  const submit = async () => {
    const short = values.new_password.length < SHORTEST;
    refuse(
      ...needed("current_password", values.current_password, t),
      ...(short ? [{ field: "new_password", message: t("profile.tooShort") }] : []),
    );
    try {
      await read(client.POST("/api/v1/me/password", { body: values }));
    } catch (error) {
      const refusal = passwordRefusal(asProblem(error), t);
      if (refusal.code !== "sign_in_failed") throw refusal;
      throw ownProblem([{ field: "current_password", message: t("profile.wrongPassword") }]);
    }
    setValues(nothing);
    toast.show({ message: t("profile.passwordChanged") });
    await queryClient.invalidateQueries({ queryKey: settingsKeys.sessions });
  };
  return (
    <Card title={t("profile.password")} padded>
      <Form onSubmit={submit} label={t("profile.password")}>
        {(busy) => (
          <>
            <div className={classes.two}>
              <PasswordField
                name="current_password"
                label={t("profile.current")}
                autoComplete="current-password"
                value={values.current_password}
                onChange={(event) =>
                  setValues({ ...values, current_password: event.currentTarget.value })
                }
              />
              <PasswordField
                name="new_password"
                label={t("profile.next")}
                description={t("profile.nextHint")}
                inputWrapperOrder={["label", "input", "description", "error"]}
                autoComplete="new-password"
                value={values.new_password}
                onChange={(event) =>
                  setValues({ ...values, new_password: event.currentTarget.value })
                }
              />
            </div>
            {values.new_password && (
              <TokensAfterwards
                kept={values.keep_tokens}
                onKeep={(keep_tokens) => setValues({ ...values, keep_tokens })}
              />
            )}
            <div className={classes.actions}>
              <Button
                type="submit"
                look="line"
                busy={busy}
                disabled={!values.current_password || !values.new_password}
              >
                {t("profile.change")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Card>
  );
}

/** Which tokens end with the old password, and the choice to keep them. */
function TokensAfterwards({ kept, onKeep }: { kept: boolean; onKeep: (kept: boolean) => void }) {
  const { t } = useTranslation();
  const tokens = useQuery(sessionsQuery).data?.filter((session) => session.kind === "token");
  if (!tokens?.length) return null;
  const told = { count: tokens.length, names: tokens.map((token) => token.name).join(", ") };
  return (
    <div className={classes.consequence}>
      <p role="status">{kept ? t("access.tokensStay", told) : t("access.tokensEnd", told)}</p>
      <SwitchField
        name="keep_tokens"
        label={t("access.keepTokens")}
        checked={kept}
        onChange={(event) => onKeep(event.currentTarget.checked)}
      />
    </div>
  );
}
