/** What the journal rarely needs: comes when it is first asked for. */
export { open } from "./journal/more";
