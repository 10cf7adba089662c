import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem, ownProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Form, PasswordField } from "@/ui/Form";
import { settingsKeys } from "../api";
import { needed, refuse } from "../checks";
import { Card } from "../components/Card";
import classes from "./Profile.module.css";

const SHORTEST = 10;
const nothing = { current_password: "", new_password: "" };

/** Changing one's own password, proven by the present one. */
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
      const refusal = asProblem(error);
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
