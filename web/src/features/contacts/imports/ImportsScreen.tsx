import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { ListState } from "@/ui/ListState";
import { EmptyState } from "@/ui/States";
import { LinkRow } from "../components/LinkRow";
import { type ImportEntity, importsQuery, uploadImport } from "./api";
import { ImportFrame } from "./ImportFrame";
import classes from "./ImportsScreen.module.css";

const route = getRouteApi("/desk/contact-imports");

/** A file of contacts or organizations is handed in here; the earlier ones stand below. */
export function ImportsScreen() {
  const { of = "contact" } = route.useSearch();
  return (
    <ImportFrame entity={of}>
      <Upload entity={of} />
      <Earlier entity={of} />
    </ImportFrame>
  );
}

function Upload({ entity }: { entity: ImportEntity }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const upload = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    setRefusal(null);
    try {
      const { data } = await uploadImport(file, entity);
      await navigate({
        to: "/desk/contact-imports/$importId",
        params: { importId: String(data.id) },
      });
    } catch (error) {
      setRefusal(asProblem(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={classes.upload}>
      <p className={classes.hint}>{t(`contactImport.of.${entity}.hint`)}</p>
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,.vcf,text/csv,text/vcard"
        className="vh"
        tabIndex={-1}
        aria-label={t("contactImport.choose")}
        onChange={(event) => {
          void upload(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      <Button look="gold" size="l" icon="file" busy={busy} onClick={() => input.current?.click()}>
        {t("contactImport.choose")}
      </Button>
      {refusal && (
        <p className={classes.refusal} role="alert">
          <Icon name="warn" />
          {refusal}
        </p>
      )}
    </div>
  );
}

function Earlier({ entity }: { entity: ImportEntity }) {
  const { t } = useTranslation();
  const answer = useQuery({
    ...importsQuery,
    select: (all) => all.filter((one) => one.entity === entity),
  });
  return (
    <section aria-label={t("contactImport.earlier")}>
      <h2 className={classes.title}>{t("contactImport.earlier")}</h2>
      <ListState
        answer={answer}
        empty={<EmptyState icon="file" title={t("contactImport.none")} />}
        row={(one) => (
          <LinkRow
            key={one.id}
            sign={<Icon name="file" />}
            hint={[one.created_by.name]}
            end={
              one.state === "ready"
                ? t("contactImport.rows", { count: one.row_count })
                : t("contactImport.progress", {
                    done: String(one.done_rows),
                    all: String(one.row_count),
                  })
            }
          >
            <Link
              to="/desk/contact-imports/$importId"
              params={{ importId: String(one.id) }}
              className="cut"
            >
              <bdi>{one.filename}</bdi>
            </Link>
          </LinkRow>
        )}
      />
    </section>
  );
}
