"""What people write beside the numbers: goals, annotations, commentary, readers' notes, decisions about findings."""
