import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { frontQuery, useSignIn } from "@/api/session";
import { Wordmark } from "@/ui/Brand";
import { Button } from "@/ui/Button";
import { Form, PasswordField, TextField } from "@/ui/Form";
import { Logo } from "@/ui/Logo";
import classes from "./SignInScreen.module.css";

const route = getRouteApi("/sign-in");

/** Staff sign in here. */
export function SignInScreen() {
  const { t } = useTranslation();
  const router = useRouter();
  const { next } = route.useSearch();
  const signIn = useSignIn();
  const submit = async (values: FormData) => {
    await signIn.mutateAsync({
      email: String(values.get("email")),
      password: String(values.get("password")),
    });
    router.history.push(next ?? "/desk/tickets");
  };
  return (
    <main className={classes.screen}>
      <section className={classes.hero}>
        <Horizon />
        <FrontLogo />
        <h1>{t("signIn.title")}</h1>
      </section>
      <Form onSubmit={submit} className={classes.form} label={t("signIn.title")}>
        {(busy) => (
          <>
            <TextField
              name="email"
              type="email"
              label={t("signIn.email")}
              autoComplete="username"
              size="md"
              required
              autoFocus
              withAsterisk={false}
            />
            <PasswordField
              name="password"
              label={t("signIn.password")}
              autoComplete="current-password"
              size="md"
              required
              withAsterisk={false}
            />
            <Button type="submit" look="gold" size="l" busy={busy} className={classes.submit}>
              {t("signIn.submit")}
            </Button>
          </>
        )}
      </Form>
      <p className={classes.foot}>
        <a href="/">{t("signIn.portal")}</a>
      </p>
    </main>
  );
}

/** Whose desk it is: the workspace's logo once it is known, else the product's. */
function FrontLogo() {
  const { t } = useTranslation();
  const front = useQuery(frontQuery);
  const { logo, workspace_name: name } = front.data ?? { logo: null, workspace_name: "" };
  return (
    <div className={classes.logo}>
      {logo && <Logo logo={logo} name={t("desk.logo", { name })} maxWidth={260} maxHeight={56} />}
      {!logo && !front.isPending && <Wordmark />}
    </div>
  );
}

/** The sun's path over the horizon, as on the portal. */
function Horizon() {
  return (
    <svg className={classes.arc} viewBox="0 0 640 208" aria-hidden="true">
      <g fill="none" strokeLinecap="round">
        <path d="M24 208A296 196 0 0 1 110.7 69.4" stroke="var(--gold-mark)" strokeWidth="2" />
        <path
          d="M110.7 69.4A296 196 0 0 1 616 208"
          stroke="var(--line-3)"
          strokeWidth="1.5"
          strokeDasharray="1 6"
        />
      </g>
      <circle cx="110.7" cy="69.4" r="19" fill="var(--canvas)" />
      <circle cx="110.7" cy="69.4" r="14" fill="var(--gold)" />
    </svg>
  );
}
