"""Result in, matplotlib figure out."""
