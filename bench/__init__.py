"""What is measured and tried beside the product: benchmarks, and a study of a real collections process."""
