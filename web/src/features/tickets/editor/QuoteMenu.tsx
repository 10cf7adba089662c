import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { changeDraft, type useDraft } from "../draft";
import { FormatIcon } from "./icons";
import { cleanPaste } from "./paste";
import { appended } from "./plainHtml";
import "./texts";

type QuoteMenuProps = {
  number: number;
  draft: ReturnType<typeof useDraft>;
  onChosen: () => void;
};

/** What the reply quotes. What is chosen stands in the text, where it is seen and changed before it is sent. */
export function QuoteMenu({ number, draft, onChosen }: QuoteMenuProps) {
  const { t } = useTranslation();
  const insert = async (quote: "last" | "all") => {
    try {
      const query = { quote };
      const found = await read(
        client.GET("/api/v1/tickets/{number}/quote", { params: { path: { number }, query } }),
      );
      if (found.messages === 0) {
        toast.show({ message: t("editor.nothingToQuote") });
        return;
      }
      const insertion = { text: `\n\n${found.text}`, html: `<p></p>${cleanPaste(found.html)}` };
      changeDraft(draft.place, (held) => ({ ...appended(held, insertion), quote: "none" }));
      onChosen();
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
  const { quote } = draft.draft;
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <Button aria-label={t("editor.quoteMenu")} title={t("editor.quoteMenu")}>
          <FormatIcon name="quote" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(["mailbox", "none"] as const).map((one) => (
          <Menu.Item
            key={one}
            role="menuitemradio"
            aria-checked={(quote ?? "mailbox") === one}
            rightSection={(quote ?? "mailbox") === one ? <Icon name="check" /> : undefined}
            onClick={() => draft.change({ quote: one === "none" ? "none" : null })}
          >
            {t(`editor.quotes.${one}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {(["last", "all"] as const).map((one) => (
          <Menu.Item key={one} onClick={() => void insert(one)}>
            {t(`editor.quotes.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
